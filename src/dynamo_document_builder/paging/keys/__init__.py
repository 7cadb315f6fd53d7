"""Key conditions."""
