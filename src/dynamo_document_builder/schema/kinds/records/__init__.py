"""Kinds of values with named fields: classes and typed dictionaries."""
