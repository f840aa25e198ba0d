"""What several protocols use."""
