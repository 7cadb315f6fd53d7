"""Edits that are staged, looked at, and committed as one transaction."""
