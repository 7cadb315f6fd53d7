"""Rehearsals: the conditions of a transaction evaluated on the stored items, without writing."""
