"""TableModel: a table without a client, just its name, key attributes and indexes."""

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
    """The part of a table that requests depend on, without a client or transport."""

    name: str
    """The name or the ARN."""
    partition_key: str = "PK"
    """The attribute of the partition key."""
    sort_key: str | None = "SK"
    """The attribute of the sort key; `None` if the table has no sort key."""
    global_secondary_indexes: FrozenMap[str, GlobalIndex] = field(factory=lambda: FrozenMap({}))
    """The global indexes, by name."""
    local_secondary_indexes: FrozenMap[str, LocalIndex] = field(factory=lambda: FrozenMap({}))
    """The local indexes, by name."""
    entity_attribute: str | None = None
    """The attribute that stores the entity name of each item; `None` if items do not store the name."""
    max_global_indexes: int = field(default=MAX_GLOBAL_INDEXES, repr=False)
    """The quota of global indexes per table."""

    def __attrs_post_init__(self) -> None:
        if not is_table(self.name):
            raise DefinitionError(f"{self.name!r} is not a table name: {TABLE_NAME}")
        if not self.partition_key or self.sort_key in {"", self.partition_key}:
            raise DefinitionError(
                f"table {self.name!r}: partition_key= and sort_key= must be two different attribute names"
            )
        if self.entity_attribute in {"", *self.key_names}:
            raise DefinitionError(
                f"table {self.name!r}: entity_attribute= must be an attribute that is not part of the key"
            )
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
        """The request member `TableName`."""
        return f'"TableName":{quote(self.name)}'

    @cached_property
    def __before_item__(self) -> str:
        """The members of a put request before the value of `Item`."""
        return f'{self.__named__},"Item":'

    @cached_property
    def __resource__(self) -> str:
        """The plain name, even if `name` is an ARN."""
        return own_name(self.name)

    def is_same(self, other: TableModel) -> bool:
        """
        Return True if another model may refer to the same table.

        ARNs of different accounts or regions are different tables. A plain name matches an ARN with the same name: the
        library does not know the account and region of a client.
        """
        return is_same_table(self.name, other.name)
