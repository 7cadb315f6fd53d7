"""Kinds of values with elements: lists, tuples, sets and maps."""
