"""Conditions and updates as trees of frozen values."""
