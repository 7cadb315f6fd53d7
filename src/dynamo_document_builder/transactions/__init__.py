"""What the transactional commands share."""
