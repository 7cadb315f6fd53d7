"""Options of a field: `stored(...)` metadata, roles, codecs, and the rules that the options must follow."""
