"""Evaluation of conditions on items, by DynamoDB's rules."""
