"""
Transports: they send the requests of commands to DynamoDB.

The public transports are in `botocore`, `aiobotocore`, `async_threads`, `traced` and `http`. Import the module that you
need: each one imports only its own dependencies.
"""
