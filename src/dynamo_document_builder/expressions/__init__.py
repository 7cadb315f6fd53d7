"""Conditions and updates as values, and their rendering."""
