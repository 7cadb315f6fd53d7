"""A table as data: its name, and the attributes its key and its indexes are made of."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.model.table_names import is_same_table, own_name
from dynamo_document_builder.model.values import FrozenMap
from dynamo_document_builder.wire.json import quote

if TYPE_CHECKING:
    from dynamo_document_builder.model.indexes import GlobalIndex, LocalIndex

_MAX_NAME: Final = 255
_ARN_PARTS: Final = 6


@frozen(kw_only=True, eq=False, slots=False)
class TableModel:
    """The pure half of a table: all that a request needs to know of it."""

    name: str
    partition_key: str = "PK"
    sort_key: str | None = "SK"
    global_secondary_indexes: FrozenMap[str, GlobalIndex] = field(factory=lambda: FrozenMap({}))
    local_secondary_indexes: FrozenMap[str, LocalIndex] = field(factory=lambda: FrozenMap({}))
    entity_attribute: str | None = None
    """The attribute that holds the name of each item's entity."""

    def __attrs_post_init__(self) -> None:
        if not _is_name(self.name):
            raise DefinitionError(f"{self.name!r} is no table name: {_expected(self.name)}")
        if not self.partition_key or self.sort_key in {"", self.partition_key}:
            raise DefinitionError(f"table {self.name!r}: the partition and sort key are two different attribute names")
        if self.entity_attribute in {"", *self.key_names}:
            raise DefinitionError(f"table {self.name!r}: entity_attribute= is an attribute of its own, not a key")

    @property
    def key_names(self) -> tuple[str, ...]:
        """The attributes of the primary key, partition key first."""
        return (self.partition_key,) if self.sort_key is None else (self.partition_key, self.sort_key)

    @cached_property
    def named(self) -> str:
        """The request member that names the table."""
        return f'"TableName":{quote(self.name)}'

    @cached_property
    def before_item(self) -> str:
        """The members of a put up to its item."""
        return f'{self.named},"Item":'

    @cached_property
    def resource(self) -> str:
        """The table's own name, also where it was given as an ARN."""
        return own_name(self.name)

    def is_same(self, other: TableModel) -> bool:
        """
        Tell whether this may be another name of one table.

        ARNs of two accounts or regions are two tables. A name by itself is taken for the table of an ARN with the same
        name, as nothing here tells the account and the region of a client.
        """
        return is_same_table(self.name, other.name)


def _expected(given: Any) -> str:
    if isinstance(given, str) and given.startswith("arn:"):
        return "the ARN of a table reads arn:aws:dynamodb:eu-west-1:123456789012:table/app"
    return "letters, digits, '_', '-' and '.', at most 255, or the ARN of a table"


def _is_name(given: Any) -> bool:
    """Tell it of anything, as callers without a type checker may give that."""
    if not isinstance(given, str):
        return False
    return _is_arn(given) if given.startswith("arn:") else _is_own_name(given)


def _is_own_name(given: str) -> bool:
    named = given.isascii() and all(letter.isalnum() or letter in "_-." for letter in given)
    return named and 0 < len(given) <= _MAX_NAME


def _is_arn(given: str) -> bool:
    """Tell whether it names a table: not an index, a stream or a backup of one, nor a thing of another service."""
    parts = given.split(":")
    if len(parts) != _ARN_PARTS or not given.isascii():
        return False
    _, partition, service, region, account, resource = parts
    kind, _, name = resource.partition("/")
    in_partition = partition.startswith("aws") and partition.replace("-", "").isalnum()
    of_account = region.replace("-", "").isalnum() and account.isdigit()
    return in_partition and service == "dynamodb" and of_account and kind == "table" and _is_own_name(name)
