"""Keys: templates, functions and what follows from them for writes, reads and queries."""
