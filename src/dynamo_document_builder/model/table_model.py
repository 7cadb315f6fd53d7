"""A table as data: its name, and the attributes its key and its indexes are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Literal, NotRequired, TypeAlias, TypedDict

from attrs import field, frozen

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.model.values import FrozenMap
from dynamo_document_builder.wire.json import quote

MAX_KEY_PARTS: Final = 4
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html"""

Projected: TypeAlias = Literal["ALL", "KEYS_ONLY"] | frozenset[str]

_NAME: Final = re.compile(r"[A-Za-z0-9_.\-]{1,255}|arn:[^\s\"]{1,1020}")


def _names(given: str | Sequence[str] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else tuple(given)


def _projected(given: str | Iterable[str]) -> Projected:
    return given if isinstance(given, str) else frozenset(given)  # type: ignore[return-value]  # checked below


def _check_projected(index: GlobalIndex | LocalIndex, _: object, given: object) -> None:
    if isinstance(given, str) and given not in {"ALL", "KEYS_ONLY"}:
        raise DefinitionError(
            f"{type(index).__name__}(projection={given!r}): it is 'ALL', 'KEYS_ONLY' or a list of attributes"
        )


@frozen(kw_only=True)
class GlobalIndex:
    """
    The attributes a global secondary index is made of, and which others are copied into it.

    Each key is one attribute, or a tuple of up to four: a query gives all of the partition key, and of the sort key as
    many as it wants from the left.
    """

    partition_key: str | tuple[str, ...]
    sort_key: str | tuple[str, ...] | None = None
    projection: Projected = field(default="ALL", converter=_projected, validator=_check_projected)
    """"ALL", "KEYS_ONLY", or the attributes that are copied beside the keys."""

    def __attrs_post_init__(self) -> None:
        partition, sort = _names(self.partition_key), _names(self.sort_key)
        together = (*partition, *sort)
        if not (1 <= len(partition) <= MAX_KEY_PARTS and len(sort) <= MAX_KEY_PARTS) or "" in together:
            raise DefinitionError(
                f"a global index has 1 to {MAX_KEY_PARTS} partition and up to {MAX_KEY_PARTS} sort keys"
            )
        if len(set(together)) < len(together):
            raise DefinitionError(f"a global index is made of different attributes, not of {', '.join(together)}")

    @property
    def partition_names(self) -> tuple[str, ...]:
        """The attributes of its partition key."""
        return _names(self.partition_key)

    @property
    def sort_names(self) -> tuple[str, ...]:
        """The attributes of its sort key, from the left."""
        return _names(self.sort_key)


@frozen(kw_only=True)
class LocalIndex:
    """The sort key attribute of a local secondary index, whose partition key is the table's, and what is copied."""

    sort_key: str
    projection: Projected = field(default="ALL", converter=_projected, validator=_check_projected)
    """"ALL", "KEYS_ONLY", or the attributes that are copied beside the keys."""

    @property
    def sort_names(self) -> tuple[str, ...]:
        """The attribute of its sort key."""
        return (self.sort_key,)


class GlobalIndexMapping(TypedDict):
    """`GlobalIndex`, written as a mapping."""

    partition_key: str | tuple[str, ...]
    sort_key: NotRequired[str | tuple[str, ...] | None]
    projection: NotRequired[Literal["ALL", "KEYS_ONLY"] | Iterable[str]]


class LocalIndexMapping(TypedDict):
    """`LocalIndex`, written as a mapping."""

    sort_key: str
    projection: NotRequired[Literal["ALL", "KEYS_ONLY"] | Iterable[str]]


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
    entity_attribute: str | None = None
    """The attribute that holds the name of each item's entity."""

    def __attrs_post_init__(self) -> None:
        name: Any = self.name  # callers without a type checker give anything
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            raise DefinitionError(
                f"{self.name!r} is no table name: letters, digits, '_', '-' and '.', at most 255, or the ARN of a table"
            )
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
        """The table's own name, also where it was given as an ARN: what makes two tables the same."""
        return self.name.rpartition("/")[2] if self.name.startswith("arn:") else self.name
