"""Values given as JSON, which the field they are compared with or assigned to decodes."""
