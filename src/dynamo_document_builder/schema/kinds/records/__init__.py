"""Kinds of values with named fields: classes and `TypedDict`."""
