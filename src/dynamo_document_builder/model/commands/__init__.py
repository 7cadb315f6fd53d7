"""The parts that all commands share: protocols, frozen values, findings and results."""
