"""The model of a table: its name, its key and its indexes."""
