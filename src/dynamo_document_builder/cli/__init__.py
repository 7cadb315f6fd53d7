"""The command line, made of what the library offers to everybody."""
