"""Changesets: staged edits of items that are committed as one transaction."""
