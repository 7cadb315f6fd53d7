"""Trying out a transaction without writing."""
