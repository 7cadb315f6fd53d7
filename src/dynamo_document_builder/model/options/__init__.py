"""The options of commands: their names, their checks, and retrying."""
