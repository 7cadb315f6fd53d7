"""Rendering of trees as DynamoDB expressions."""
