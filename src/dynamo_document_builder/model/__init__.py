"""What an entity and a table are, and what every command shares."""
