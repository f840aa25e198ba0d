"""What everything rests on: errors, seeds, text, logs, lines of JSON, and work on the event loop."""
