"""Checks that a written value is read back as an equal value."""
