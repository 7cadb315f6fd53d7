"""
From attrs classes to DynamoDB JSON and back: the declared type of a field decides, never the value.

Nothing is imported here, so that a command loads the error this layer raises without the code that generates codecs.
"""
