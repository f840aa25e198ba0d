"""Doing many jobs at once, which playing and judging share."""
