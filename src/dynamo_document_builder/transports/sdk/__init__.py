"""What needs botocore: the events, parameters and answers of clients, and how a client is configured."""
