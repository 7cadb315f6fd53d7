"""Managed fields: the versions and timestamps that the library sets."""
