"""Expressions in DynamoDB's own language: read into trees, and written from them."""
