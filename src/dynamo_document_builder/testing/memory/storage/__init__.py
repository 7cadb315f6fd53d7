"""What the engine stores, and in which order."""
