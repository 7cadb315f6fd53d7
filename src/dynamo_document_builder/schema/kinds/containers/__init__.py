"""Kinds of containers: lists, tuples, sets and maps."""
