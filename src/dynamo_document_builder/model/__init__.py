"""The models of tables, entities and keys, and the parts that all commands share."""
