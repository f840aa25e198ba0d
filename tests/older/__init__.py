"""Runs that older versions recorded: they open, go on, are judged and exported for ever."""
