"""The commands: one module per command, with its result class."""
