"""The code that is generated once per class."""
