"""Saying what a command would do: in words, as its request, and as a line for a shell."""
