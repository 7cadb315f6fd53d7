"""The model of an entity."""
