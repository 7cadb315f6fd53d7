"""The direct transport for callers that block."""
