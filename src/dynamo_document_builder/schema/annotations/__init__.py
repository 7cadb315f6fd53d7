"""Finds the kind of each field of a class from the annotation of the field."""
