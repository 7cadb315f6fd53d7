"""The operations of the DynamoDB API that the engine supports."""
