"""Table names and table ARNs; an ARN also names the region and the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeGuard, TypeVar

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Iterator

V = TypeVar("V")

_MIN_NAME: Final = 3
_MAX_NAME: Final = 255
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (table and index names)"""
_ARN_PARTS: Final = 6
TABLE_NAME: Final = "3 to 255 letters, digits, '_', '-' and '.', or the ARN of a table"


def is_name(name: str) -> bool:
    """Return True if DynamoDB accepts this as the name of a table or an index."""
    named = name.isascii() and all(letter.isalnum() or letter in "_-." for letter in name)
    return named and _MIN_NAME <= len(name) <= _MAX_NAME


def is_table(given: object) -> TypeGuard[str]:
    """Return True for a valid table name or table ARN; accepts any object."""
    if not isinstance(given, str):
        return False
    if given.startswith("arn:"):
        return _is_arn(given)
    return is_name(given)


def _is_arn(given: str) -> bool:
    """Return True for the ARN of a table; False for an index, a stream, a backup, or another service."""
    parts = given.split(":")
    if len(parts) != _ARN_PARTS or not given.isascii():
        return False
    _, partition, service, region, account, resource = parts
    kind, _, name = resource.partition("/")
    in_partition = partition.startswith("aws") and partition.replace("-", "").isalnum()
    of_account = region.replace("-", "").isalnum() and account.isdigit()
    return in_partition and service == "dynamodb" and of_account and kind == "table" and is_name(name)


def own_name(name: str) -> str:
    """Return the plain name of a table, without the region and account of an ARN."""
    return name.rpartition("/")[2]


def is_same_table(one: str, other: str) -> bool:
    """
    Return True if two names refer to the same table.

    Two ARNs must be equal. A plain name matches an ARN with the same name, in any region and account.
    """
    if one == other:
        return True
    return own_name(one) == own_name(other) and not ("/" in one and "/" in other)


@define(eq=False)
class FirstOfItem(Generic[V]):
    """A mapping from items to values that keeps the first value of each item. An item is a table and a key."""

    _found: dict[tuple[str, str], list[tuple[str, V]]] = field(
        factory=dict[tuple[str, str], list[tuple[str, V]]], init=False
    )

    def note(self, table: str, key: str, value: V) -> V:
        """Store the value if the item has none, and return the stored value."""
        earlier = self.of(table, key)
        if earlier is None:
            self._found.setdefault((own_name(table), key), []).append((table, value))
            return value
        return earlier

    def of(self, table: str, key: str) -> V | None:
        """Return the value of an item, or `None`."""
        noted = self._found.get((own_name(table), key), ())
        return next((value for name, value in noted if is_same_table(name, table)), None)

    def values(self) -> Iterator[V]:
        """Yield the value of each item."""
        for noted in self._found.values():
            for _, value in noted:
                yield value
