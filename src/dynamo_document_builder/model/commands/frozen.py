"""Small frozen values that commands and errors hold."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

from dynamo_document_builder.model.entities.instances import Instance
from dynamo_document_builder.wire.type_guards import is_mapping

K = TypeVar("K")
V_co = TypeVar("V_co", covariant=True)


class FrozenMap(Mapping[K, V_co], Generic[K, V_co]):
    """A mapping that nobody can change, so that a command keeps what it was built with; it pickles, unlike a proxy."""

    __slots__ = ("_data",)

    def __init__(self, data: Mapping[K, V_co]) -> None:
        self._data = dict(data)

    def __getitem__(self, name: K) -> V_co:
        return self._data[name]

    def __iter__(self) -> Iterator[K]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    # Those of `Mapping` go through the methods above, one call for each entry.

    def __contains__(self, name: object) -> bool:
        return name in self._data

    def keys(self) -> KeysView[K]:
        return self._data.keys()

    def items(self) -> ItemsView[K, V_co]:
        return self._data.items()

    def as_dict(self) -> dict[K, V_co]:
        """Return what it holds, which is not to be changed."""
        return self._data

    def __repr__(self) -> str:
        return repr(self._data)

    def __hash__(self) -> int:
        return hash(frozenset(self._data.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenMap, (self._data,)


KeyLike: TypeAlias = Mapping[str, Any] | Instance
"""The fields a key is built of, or an instance of the schema."""


def frozen_key(key: KeyLike) -> KeyLike:
    """Copy a key given as a mapping; an instance of the schema stays itself."""
    return FrozenMap(key) if is_mapping(key) else key


def frozen_keys(keys: Iterable[Any]) -> tuple[KeyLike, ...]:
    """Copy some keys; nearly all are dictionaries, and there may be many."""
    return tuple([FrozenMap(key) if key.__class__ is dict else frozen_key(key) for key in keys])
