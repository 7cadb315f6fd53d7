"""Codecs of whole items."""
