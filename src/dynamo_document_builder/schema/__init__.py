"""
Converts items of a schema class to DynamoDB JSON and back. The declared type of a field decides how a value is stored.

This package imports nothing, so a command can import the errors of this layer without the code that generates codecs.
"""
