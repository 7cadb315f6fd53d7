"""Learning: what a function that builds keys does, found out by running it."""
