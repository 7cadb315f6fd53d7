"""The functions and operands with which you write conditions, updates and projections."""
