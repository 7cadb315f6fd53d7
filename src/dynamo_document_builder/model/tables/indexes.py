"""The secondary indexes of a table as data: the attributes they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NotRequired, TypeAlias, TypedDict

from attrs import field, frozen

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.model.commands.frozen import FrozenMap

MAX_KEY_PARTS: Final = 4
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html"""

Projected: TypeAlias = Literal["ALL", "KEYS_ONLY"] | frozenset[str]


def _names(given: str | Sequence[str] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else tuple(given)


def _listed(projection: Projected) -> tuple[str, ...]:
    return () if isinstance(projection, str) else tuple(projection)


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
    """The attribute of the partition key, or a tuple of up to four."""
    sort_key: str | tuple[str, ...] | None = None
    """The attribute of the sort key, or a tuple of up to four; `None` if the index has no sort key."""
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

    @property
    def named(self) -> tuple[str, ...]:
        """All attributes that its definition names."""
        return (*self.partition_names, *self.sort_names, *_listed(self.projection))


@frozen(kw_only=True)
class LocalIndex:
    """The sort key attribute of a local secondary index, whose partition key is the table's, and what is copied."""

    sort_key: str
    """The attribute of the sort key."""
    projection: Projected = field(default="ALL", converter=_projected, validator=_check_projected)
    """"ALL", "KEYS_ONLY", or the attributes that are copied beside the keys."""

    @property
    def sort_names(self) -> tuple[str, ...]:
        """The attribute of its sort key."""
        return (self.sort_key,)

    @property
    def named(self) -> tuple[str, ...]:
        """All attributes that its definition names."""
        return (self.sort_key, *_listed(self.projection))


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
