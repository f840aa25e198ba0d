"""What turns earned, for training: reward shaping by name, and advantages over baselines."""
