"""Rendering of trees as expressions in DynamoDB's language."""
