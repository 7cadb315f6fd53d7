"""Commands in words."""
