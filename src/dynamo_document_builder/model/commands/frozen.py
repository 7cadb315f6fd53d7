"""Immutable values that commands and errors hold."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

from dynamo_document_builder.model.entities.instances import Instance
from dynamo_document_builder.wire.type_guards import is_mapping

K = TypeVar("K")
V_co = TypeVar("V_co", covariant=True)


class FrozenMap(Mapping[K, V_co], Generic[K, V_co]):
    """An immutable copy of a mapping. It can be pickled, unlike `types.MappingProxyType`."""

    __slots__ = ("_data",)

    def __init__(self, data: Mapping[K, V_co]) -> None:
        self._data = dict(data)

    def __getitem__(self, name: K) -> V_co:
        return self._data[name]

    def __iter__(self) -> Iterator[K]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    # Faster than the methods of `Mapping`, which call `__getitem__` for each entry.

    def __contains__(self, name: object) -> bool:
        return name in self._data

    def keys(self) -> KeysView[K]:
        return self._data.keys()

    def items(self) -> ItemsView[K, V_co]:
        return self._data.items()

    def as_dict(self) -> dict[K, V_co]:
        """Return the underlying dictionary without copying it. Callers must not change it."""
        return self._data

    def __repr__(self) -> str:
        return repr(self._data)

    def __hash__(self) -> int:
        return hash(frozenset(self._data.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenMap, (self._data,)


KeyLike: TypeAlias = Mapping[str, Any] | Instance
"""A mapping of the fields that a key is built from, or an instance of the schema."""


def frozen_key(key: KeyLike) -> KeyLike:
    """Return an immutable copy of a mapping; return an instance of the schema unchanged."""
    return FrozenMap(key) if is_mapping(key) else key


def frozen_keys(keys: Iterable[Any]) -> tuple[KeyLike, ...]:
    """Return immutable copies of several keys, with a fast path for dictionaries."""
    return tuple([FrozenMap(key) if key.__class__ is dict else frozen_key(key) for key in keys])
