"""The operations, each as DynamoDB does it."""
