"""The model of an entity: a schema bound to a table, without a client."""
