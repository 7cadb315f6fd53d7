"""The parts that reads share: projections, and stored items that do not fit the schema."""
