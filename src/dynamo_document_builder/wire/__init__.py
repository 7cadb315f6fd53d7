"""Requests and answers as bytes, the flows of commands, the drivers that run flows, and DynamoDB JSON."""
