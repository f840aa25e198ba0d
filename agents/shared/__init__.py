"""Helpers that several agents use."""
