"""Tables, entities and databases: where commands are sent."""
