"""The parts that the transactional commands share."""
