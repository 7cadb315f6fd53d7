"""Telling an argument that was not given from `None`, for functions that take their operand first or not at all."""

from typing import Final


class Omitted:
    """What stands in for an argument that was not given."""


OMITTED: Final = Omitted()
