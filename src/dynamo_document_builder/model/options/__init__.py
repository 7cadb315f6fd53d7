"""The options of commands: declarations, validation, retries, and suggestions for unknown options."""
