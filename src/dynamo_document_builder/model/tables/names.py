"""The names of tables: one by itself, or the ARN, which says the region and the account too."""

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
    """Tell whether DynamoDB takes this as the name of a table or of an index."""
    named = name.isascii() and all(letter.isalnum() or letter in "_-." for letter in name)
    return named and _MIN_NAME <= len(name) <= _MAX_NAME


def is_table(given: object) -> TypeGuard[str]:
    """Tell whether something is the name of a table, or its ARN; callers without a type checker may give anything."""
    if not isinstance(given, str):
        return False
    if given.startswith("arn:"):
        return _is_arn(given)
    return is_name(given)


def _is_arn(given: str) -> bool:
    """Tell whether it names a table: not an index, a stream or a backup of one, nor a thing of another service."""
    parts = given.split(":")
    if len(parts) != _ARN_PARTS or not given.isascii():
        return False
    _, partition, service, region, account, resource = parts
    kind, _, name = resource.partition("/")
    in_partition = partition.startswith("aws") and partition.replace("-", "").isalnum()
    of_account = region.replace("-", "").isalnum() and account.isdigit()
    return in_partition and service == "dynamodb" and of_account and kind == "table" and is_name(name)


def own_name(name: str) -> str:
    """Return the name of a table without the region and the account that an ARN gives."""
    return name.rpartition("/")[2]


def is_same_table(one: str, other: str) -> bool:
    """
    Tell whether two names are of one table.

    Two ARNs are of one table only if they are equal; a name by itself is taken to be in the region and the account of
    an ARN with the same name.
    """
    if one == other:
        return True
    return own_name(one) == own_name(other) and not ("/" in one and "/" in other)


@define(eq=False)
class FirstOfItem(Generic[V]):
    """The first value that was noted for each item: of one table, under whatever name, and with one key."""

    _found: dict[tuple[str, str], list[tuple[str, V]]] = field(
        factory=dict[tuple[str, str], list[tuple[str, V]]], init=False
    )

    def note(self, table: str, key: str, value: V) -> V:
        """Return the value that was noted first for an item: an earlier one, or this."""
        earlier = self.of(table, key)
        if earlier is None:
            self._found.setdefault((own_name(table), key), []).append((table, value))
            return value
        return earlier

    def of(self, table: str, key: str) -> V | None:
        """Return the value that was noted for an item, `None` if none was."""
        noted = self._found.get((own_name(table), key), ())
        return next((value for name, value in noted if is_same_table(name, table)), None)

    def values(self) -> Iterator[V]:
        """Yield the first value of each item."""
        for noted in self._found.values():
            for _, value in noted:
                yield value
