"""Items as plain JSON, and back."""
