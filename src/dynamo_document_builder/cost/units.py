"""
Capacity units, computed from a number of bytes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

from typing import Final

from attrs import frozen

WRITE_BYTES: Final = 1024
READ_BYTES: Final = 4096
IN_TRANSACTION: Final = 2
"""DynamoDB performs each operation of a transaction twice, to prepare and to commit it."""


@frozen
class Units:
    """A number of read and write capacity units. For on-demand tables, these are request units."""

    read: float = 0
    """Read units."""
    write: float = 0
    """Write units."""

    def __add__(self, other: Units) -> Units:
        return Units(self.read + other.read, self.write + other.write)

    def __mul__(self, times: float) -> Units:
        return Units(self.read * times, self.write * times)

    def __str__(self) -> str:
        parts = [_counted(count, kind) for count, kind in ((self.write, "write"), (self.read, "read")) if count]
        return " and ".join(parts) or "nothing"


def _counted(count: float, kind: str) -> str:
    return f"{count:g} {kind} unit{'' if count == 1 else 's'}"


def write_units(size: int) -> Units:
    """Return the cost of writing an item of a size in bytes: 1 unit per started KB, at least 1."""
    return Units(write=_blocks(size, WRITE_BYTES))


def read_units(size: int, *, consistent: bool) -> Units:
    """
    Return the cost of reading an item of a size in bytes: 1 unit per started 4 KB, at least 1.

    An eventually consistent read costs half of that.
    """
    return Units(read=_blocks(size, READ_BYTES) * (1 if consistent else 0.5))


def _blocks(size: int, block: int) -> int:
    return max(1, -(-size // block))
