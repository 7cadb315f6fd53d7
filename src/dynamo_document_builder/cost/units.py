"""
Capacity units, and how many of them a number of bytes is.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

from typing import Final

from attrs import frozen

WRITE_BYTES: Final = 1024
READ_BYTES: Final = 4096
IN_TRANSACTION: Final = 2
"""DynamoDB does the work on the table of a transaction twice: it prepares it, and commits it."""


@frozen
class Units:
    """Capacity units, which for tables on demand are request units."""

    read: float = 0
    """Read capacity units."""
    write: float = 0
    """Write capacity units."""

    def __add__(self, other: Units) -> Units:
        return Units(self.read + other.read, self.write + other.write)

    def __mul__(self, times: float) -> Units:
        return Units(self.read * times, self.write * times)

    def __str__(self) -> str:
        parts = [_counted(count, kind) for count, kind in ((self.write, "write"), (self.read, "read")) if count]
        return " and ".join(parts) or "nothing"


def _counted(count: float, kind: str) -> str:
    return f"{count:g} {kind} unit{'' if count == 1 else 's'}"


def written(size: int) -> Units:
    """Return what writing an item of a size costs: 1 for each begun KB, and for nothing at all."""
    return Units(write=_blocks(size, WRITE_BYTES))


def read(size: int, *, consistent: bool) -> Units:
    """Return what reading an item of a size costs: 1 for each begun 4 KB and for nothing at all, or half of that."""
    return Units(read=_blocks(size, READ_BYTES) * (1 if consistent else 0.5))


def _blocks(size: int, block: int) -> int:
    return max(1, -(-size // block))
