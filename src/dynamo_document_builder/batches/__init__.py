"""The parts that the batch commands share."""
