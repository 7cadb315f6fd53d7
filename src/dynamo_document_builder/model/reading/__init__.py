"""What the reads share: projections, and stored items that do not fit."""
