"""Sources of pages: the items of one entity, or of several entities."""
