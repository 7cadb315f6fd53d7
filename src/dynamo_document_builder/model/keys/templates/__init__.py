"""Templates: keys as literals and fields, and what follows from that."""
