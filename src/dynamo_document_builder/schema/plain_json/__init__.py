"""Converts items to plain JSON and back."""
