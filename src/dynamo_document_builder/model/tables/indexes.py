"""Secondary indexes: their key attributes and the attributes they copy."""

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
    The key attributes of a global secondary index, and the attributes it copies.

    Each key is one attribute or a tuple of up to four attributes. A query must give all attributes of the partition key
    and can give any number of leading attributes of the sort key.

    AWS: [Global secondary indexes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html).
    """

    partition_key: str | tuple[str, ...]
    """The attribute, or up to four attributes, of the partition key."""
    sort_key: str | tuple[str, ...] | None = None
    """The attribute, or up to four attributes, of the sort key. Default: no sort key."""
    projection: Projected = field(default="ALL", converter=_projected, validator=_check_projected)
    """The attributes that the index copies: `"ALL"` (default), `"KEYS_ONLY"` or a list of attribute names."""

    def __attrs_post_init__(self) -> None:
        partition, sort = _names(self.partition_key), _names(self.sort_key)
        together = (*partition, *sort)
        if not (1 <= len(partition) <= MAX_KEY_PARTS and len(sort) <= MAX_KEY_PARTS) or "" in together:
            raise DefinitionError(
                f"a global index takes 1 to {MAX_KEY_PARTS} partition key attributes and up to {MAX_KEY_PARTS} sort "
                "key attributes"
            )
        if len(set(together)) < len(together):
            raise DefinitionError(f"the key attributes of a global index must be different, not {', '.join(together)}")

    @property
    def partition_names(self) -> tuple[str, ...]:
        """The attributes of the partition key."""
        return _names(self.partition_key)

    @property
    def sort_names(self) -> tuple[str, ...]:
        """The attributes of the sort key, in order."""
        return _names(self.sort_key)

    @property
    def named(self) -> tuple[str, ...]:
        """All attributes that the definition names."""
        return (*self.partition_names, *self.sort_names, *_listed(self.projection))


@frozen(kw_only=True)
class LocalIndex:
    """
    The sort key attribute of a local secondary index, and the attributes it copies.

    Its partition key is the partition key of the table.

    AWS: [Local secondary indexes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html).
    """

    sort_key: str
    """The attribute of the sort key."""
    projection: Projected = field(default="ALL", converter=_projected, validator=_check_projected)
    """The attributes that the index copies: `"ALL"` (default), `"KEYS_ONLY"` or a list of attribute names."""

    @property
    def sort_names(self) -> tuple[str, ...]:
        """The attribute of the sort key."""
        return (self.sort_key,)

    @property
    def named(self) -> tuple[str, ...]:
        """All attributes that the definition names."""
        return (self.sort_key, *_listed(self.projection))


class GlobalIndexMapping(TypedDict):
    """A `GlobalIndex`, written as a mapping."""

    partition_key: str | tuple[str, ...]
    sort_key: NotRequired[str | tuple[str, ...] | None]
    projection: NotRequired[Literal["ALL", "KEYS_ONLY"] | Iterable[str]]


class LocalIndexMapping(TypedDict):
    """A `LocalIndex`, written as a mapping."""

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
        text = f"index {name!r} must be a {cls.__name__} or a mapping of its arguments: {error}"
        raise DefinitionError(text) from error


def global_indexes(given: GlobalIndexes) -> FrozenMap[str, GlobalIndex]:
    """Convert the value of `global_secondary_indexes=`."""
    return FrozenMap({name: _index(GlobalIndex, name, index) for name, index in given.items()})


def local_indexes(given: LocalIndexes) -> FrozenMap[str, LocalIndex]:
    """Convert the value of `local_secondary_indexes=`."""
    return FrozenMap({name: _index(LocalIndex, name, index) for name, index in given.items()})
