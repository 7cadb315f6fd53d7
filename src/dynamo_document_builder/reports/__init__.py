"""Reports of conditions evaluated on items, clause by clause."""
