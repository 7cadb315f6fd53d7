"""Evaluation of conditions on items, in Python, by DynamoDB's rules."""
