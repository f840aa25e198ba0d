"""What every other package uses: errors, seeds, text, logs, JSON lines and work on the event loop."""
