"""Codecs: write and read whole items of a schema."""
