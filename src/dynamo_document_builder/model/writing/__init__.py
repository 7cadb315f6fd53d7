"""The parts that Put, Update, Delete and ConditionCheck share: rendering, results and failed conditions."""
