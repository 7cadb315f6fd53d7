"""The model of a table: its name, its key attributes and its indexes."""
