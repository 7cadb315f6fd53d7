"""Explanations of commands: in sentences, as the request, and as a shell command. Nothing is sent."""
