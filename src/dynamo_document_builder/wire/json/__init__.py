"""Reading and writing DynamoDB JSON."""
