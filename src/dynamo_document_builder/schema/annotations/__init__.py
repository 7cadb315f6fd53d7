"""From the annotations of a class to the kinds of its fields."""
