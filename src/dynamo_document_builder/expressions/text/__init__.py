"""Expressions in DynamoDB's language: parsed into trees, and written from trees."""
