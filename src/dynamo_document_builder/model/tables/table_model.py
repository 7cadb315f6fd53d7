"""A table as data: its name, and the attributes its key and its indexes are made of."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from attrs import field, frozen

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.model.commands.frozen import FrozenMap
from dynamo_document_builder.model.tables.index_limits import MAX_GLOBAL_INDEXES, index_problems, long_names
from dynamo_document_builder.model.tables.names import TABLE_NAME, is_same_table, is_table, own_name
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamo_document_builder.model.tables.indexes import GlobalIndex, LocalIndex


@frozen(kw_only=True, eq=False, slots=False)
class TableModel:
    """The pure half of a table: all that a request needs to know of it."""

    name: str
    """The name of the table."""
    partition_key: str = "PK"
    """The attribute of the partition key."""
    sort_key: str | None = "SK"
    """The attribute of the sort key; `None` if the table has none."""
    global_secondary_indexes: FrozenMap[str, GlobalIndex] = field(factory=lambda: FrozenMap({}))
    """The global indexes, by name."""
    local_secondary_indexes: FrozenMap[str, LocalIndex] = field(factory=lambda: FrozenMap({}))
    """The local indexes, by name."""
    entity_attribute: str | None = None
    """The attribute that holds the name of each item's entity."""
    max_global_indexes: int = field(default=MAX_GLOBAL_INDEXES, repr=False)
    """How many global indexes the account may have in a table."""

    def __attrs_post_init__(self) -> None:
        if not is_table(self.name):
            raise DefinitionError(f"{self.name!r} is not a table name: {TABLE_NAME}")
        if not self.partition_key or self.sort_key in {"", self.partition_key}:
            raise DefinitionError(f"table {self.name!r}: the partition and sort key are two different attribute names")
        if self.entity_attribute in {"", *self.key_names}:
            raise DefinitionError(f"table {self.name!r}: entity_attribute= is an attribute of its own, not a key")
        if problems := tuple(self._problems()):
            raise DefinitionError(f"table {self.name!r}: {'; '.join(problems)}")

    def _problems(self) -> Iterator[str]:
        yield from long_names("", self.key_names)
        yield from index_problems(
            self.global_secondary_indexes,
            self.local_secondary_indexes,
            at_most=self.max_global_indexes,
            has_sort_key=self.sort_key is not None,
        )

    @property
    def key_names(self) -> tuple[str, ...]:
        """The attributes of the primary key, partition key first."""
        return (self.partition_key,) if self.sort_key is None else (self.partition_key, self.sort_key)

    @cached_property
    def __named__(self) -> str:
        """The request member that names the table."""
        return f'"TableName":{quote(self.name)}'

    @cached_property
    def __before_item__(self) -> str:
        """The members of a put up to its item."""
        return f'{self.__named__},"Item":'

    @cached_property
    def __resource__(self) -> str:
        """The table's own name, also where it was given as an ARN."""
        return own_name(self.name)

    def is_same(self, other: TableModel) -> bool:
        """
        Tell whether this may be another name of one table.

        ARNs of two accounts or regions are two tables. A name by itself is taken for the table of an ARN with the same
        name, as nothing here tells the account and the region of a client.
        """
        return is_same_table(self.name, other.name)
