"""Whose items a page holds: those of one entity, or of several."""
