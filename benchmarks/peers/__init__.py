"""The libraries that are compared: each module says what it measures, and gives one callable per operation."""
