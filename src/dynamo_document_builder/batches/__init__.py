"""What the batch commands share."""
