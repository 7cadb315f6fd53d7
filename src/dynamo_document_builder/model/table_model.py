"""A table as data: its name, and the attributes its key and its indexes are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NotRequired, TypeAlias, TypedDict

from attrs import field, frozen

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.model.values import FrozenMap
from dynamo_document_builder.wire.json import quote

_NAME: Final = re.compile(r"[A-Za-z0-9_.\-]{1,255}|arn:[^\s\"]{1,1020}")


@frozen(kw_only=True)
class GlobalIndex:
    """The attributes a global secondary index is made of."""

    partition_key: str
    sort_key: str | None = None

    @property
    def attributes(self) -> tuple[str, ...]:
        return (self.partition_key,) if self.sort_key is None else (self.partition_key, self.sort_key)


@frozen(kw_only=True)
class LocalIndex:
    """The sort key attribute of a local secondary index; its partition key is the table's."""

    sort_key: str

    @property
    def attributes(self) -> tuple[str, ...]:
        return (self.sort_key,)


class GlobalIndexMapping(TypedDict):
    """`GlobalIndex`, written as a mapping."""

    partition_key: str
    sort_key: NotRequired[str | None]


class LocalIndexMapping(TypedDict):
    """`LocalIndex`, written as a mapping."""

    sort_key: str


GlobalIndexes: TypeAlias = Mapping[str, GlobalIndex | GlobalIndexMapping]
LocalIndexes: TypeAlias = Mapping[str, LocalIndex | LocalIndexMapping]


def _index(cls: type[Any], name: str, given: Any) -> Any:
    if isinstance(given, cls):
        return given
    try:
        return cls(**given)
    except TypeError as error:
        raise DefinitionError(f"index {name!r} is described by {cls.__name__}'s arguments: {error}") from error


def global_indexes(given: GlobalIndexes) -> FrozenMap[str, GlobalIndex]:
    return FrozenMap({name: _index(GlobalIndex, name, index) for name, index in given.items()})


def local_indexes(given: LocalIndexes) -> FrozenMap[str, LocalIndex]:
    return FrozenMap({name: _index(LocalIndex, name, index) for name, index in given.items()})


@frozen(kw_only=True)
class TableModel:
    """The pure half of a table: all that a request needs to know of it."""

    name: str
    partition_key: str = "PK"
    sort_key: str | None = "SK"
    global_secondary_indexes: FrozenMap[str, GlobalIndex] = field(factory=lambda: FrozenMap({}))
    local_secondary_indexes: FrozenMap[str, LocalIndex] = field(factory=lambda: FrozenMap({}))

    def __attrs_post_init__(self) -> None:
        name: Any = self.name  # callers without a type checker give anything
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            raise DefinitionError(
                f"{self.name!r} is no table name: letters, digits, '_', '-' and '.', at most 255, or the ARN of a table"
            )
        if not self.partition_key or self.sort_key in {"", self.partition_key}:
            raise DefinitionError(f"table {self.name!r}: the partition and sort key are two different attribute names")

    @property
    def key_names(self) -> tuple[str, ...]:
        """The attributes of the primary key, partition key first."""
        return (self.partition_key,) if self.sort_key is None else (self.partition_key, self.sort_key)

    @property
    def named(self) -> str:
        """The request member that names the table."""
        return f'"TableName":{quote(self.name)}'

    @property
    def resource(self) -> str:
        """The table's own name, also where it was given as an ARN: what makes two tables the same."""
        return self.name.rpartition("/")[2] if self.name.startswith("arn:") else self.name
