"""Key templates: parsing, formats, generated code, and ranges for queries."""
