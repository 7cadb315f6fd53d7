"""What a command costs in capacity units, as far as that is known before it is sent."""
