"""What Put, Update, Delete and ConditionCheck share."""
