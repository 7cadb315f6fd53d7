"""Kinds: one class per type of value, which writes, reads and checks the values of the type."""
