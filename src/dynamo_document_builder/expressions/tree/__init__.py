"""Conditions and updates as frozen trees."""
