"""
Ways to carry a request to DynamoDB, each a module of its own that brings only its own imports.

The public transports are `botocore`, `aiobotocore`, `async_threads`, `traced` and `http`.
"""
