"""Key conditions of queries."""
