"""Values that were given as JSON, and are decoded by the field that they meet."""
