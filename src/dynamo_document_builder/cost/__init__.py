"""The cost of a command in capacity units, as far as it is known before the command is sent."""
