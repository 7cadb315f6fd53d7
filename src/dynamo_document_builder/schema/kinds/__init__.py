"""The kinds of values that can be stored."""
