"""Keys: templates and key functions, and the key attributes that writes, reads and queries need."""
