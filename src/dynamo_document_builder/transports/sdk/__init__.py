"""The parts of transports that need botocore: events, parameters, answers and the configuration of clients."""
