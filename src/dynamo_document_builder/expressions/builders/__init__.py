"""The functions and operands that people write conditions and updates with."""
