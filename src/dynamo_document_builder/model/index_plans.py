"""How an entity's keys in the indexes of its table are built."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Generic, NotRequired, TypeAlias, TypedDict

from attrs import frozen
from msgspec import Struct

from dynamo_document_builder.model.indexes import GlobalIndex, LocalIndex
from dynamo_document_builder.model.key_parts import KeyPart, PartMaker, S_contra
from dynamo_document_builder.model.keys import MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES
from dynamo_document_builder.wire.guards import is_sequence

Index: TypeAlias = GlobalIndex | LocalIndex
Builders: TypeAlias = Callable[[S_contra], Any] | Sequence[Callable[[S_contra], Any] | None]


@frozen(kw_only=True)
class IndexKeys(Generic[S_contra]):
    """
    How an entity builds its key in one index. A builder that gives `None` keeps the item out of the index.

    A key of several attributes takes a sequence of builders, `None` in the place of an attribute that is a field.
    """

    partition_key: Builders[S_contra] | None = None
    sort_key: Builders[S_contra] | None = None


class IndexKeysMapping(TypedDict, Generic[S_contra]):
    """`IndexKeys`, written as a mapping."""

    partition_key: NotRequired[Builders[S_contra]]
    sort_key: NotRequired[Builders[S_contra]]


class IndexPart(Struct, frozen=True):
    """The key of one index: written whole, or not at all."""

    name: str
    partition: tuple[KeyPart, ...]
    sort: tuple[KeyPart, ...]
    parts: tuple[KeyPart, ...]
    """Those of its attributes that are not the table's own key."""
    is_global: bool
    copied: frozenset[str] | None
    """The attributes an item has in the index; `None`: all."""

    @property
    def key_names(self) -> tuple[str, ...]:
        """Its key attributes, partition key first."""
        return tuple(part.attribute for part in (*self.partition, *self.sort))

    def holds(self, attribute: str) -> bool:
        """Whether items have this attribute in the index."""
        return self.copied is None or attribute in self.copied

    def texts(self, item: Any) -> tuple[str, ...] | None:
        """Return the values of its attributes, `None` for an item that stays out of the index."""
        texts = tuple(part.text(item) for part in self.parts)
        return None if None in texts else texts  # type: ignore[return-value]  # no None in it, seen here

    @property
    def reads(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.reads for part in self.parts))


class IndexPlanner(Struct, frozen=True):
    """Makes and checks the keys of one entity in the indexes."""

    make: PartMaker
    primary: tuple[KeyPart, ...]

    def plan(self, of_table: Mapping[str, Any], of_partitions: Mapping[str, Any]) -> tuple[IndexPart, ...]:
        """Return the keys in those indexes that have any: global ones, then local ones."""
        table = self.make.table
        planned = (
            *self._indexes(of_table, table.global_secondary_indexes, "global"),
            *self._indexes(of_partitions, table.local_secondary_indexes, "local"),
        )
        self._check_shared(planned)
        return planned

    def _indexes(self, given: Mapping[str, Any], declared: Mapping[str, Index], kind: str) -> Iterator[IndexPart]:
        for name in given:
            if name not in declared:
                known = ", ".join(map(repr, declared)) or "none"
                raise self.make.error(
                    f"table {self.make.table.name!r} declares no {kind} index {name!r} (it declares: {known})"
                )
        for name, index in declared.items():
            if name in given or self._has_fields_of(index):
                yield self._index(name, index, self._index_keys(name, given.get(name, {})))

    def _has_fields_of(self, index: Index) -> bool:
        """Tell whether an index needs no builders: all its attributes are fields of the schema."""
        stored = {info.stored for info in self.make.codec.fields.values()}
        return stored.union(self.make.table.key_names).issuperset(_names_of(index)) and bool(
            stored.intersection(_names_of(index))
        )

    def _index_keys(self, name: str, given: IndexKeys[Any] | Mapping[str, Any]) -> IndexKeys[Any]:
        if isinstance(given, IndexKeys):
            return given
        try:
            return IndexKeys(**given)
        except TypeError as error:
            raise self.make.error(f"index {name!r} is built by IndexKeys' arguments: {error}") from error

    def _index(self, name: str, index: Index, keys: IndexKeys[Any]) -> IndexPart:
        if isinstance(index, LocalIndex) and keys.partition_key is not None:
            raise self.make.error(
                f"local index {name!r} has the table's own partition key; leave its partition_key out"
            )
        sort_builders = self._builders(name, index.sort_names, keys.sort_key, "sort_key")
        if isinstance(index, LocalIndex):
            partition = self.primary[:1]
        else:
            builders = self._builders(name, index.partition_names, keys.partition_key, "partition_key")
            partition = self._key(name, builders, "partition_key")
        sort = self._key(name, sort_builders, "sort_key")
        own = tuple(part for part in (*partition, *sort) if part not in self.primary)
        copied = _copied(index, (*self.make.table.key_names, *(part.attribute for part in (*partition, *sort))))
        return IndexPart(name, partition, sort, own, isinstance(index, GlobalIndex), copied)

    def _key(self, name: str, builders: Mapping[str, Any], argument: str) -> tuple[KeyPart, ...]:
        own = {part.attribute: part for part in self.primary}
        return tuple(
            own.get(attribute) or self.make.part(attribute, build, f"{name}'s {argument}", _LIMITS[argument])
            for attribute, build in builders.items()
        )

    def _builders(self, name: str, attributes: tuple[str, ...], given: Any, argument: str) -> Mapping[str, Any]:
        """Return the builder of each attribute, `None` for one that is a field."""
        builders = (None,) * len(attributes) if given is None else tuple(given) if is_sequence(given) else (given,)
        if builders and not attributes:
            raise self.make.error(f"index {name!r} has no sort key, so its sort_key has no use")
        if len(builders) != len(attributes):
            raise self.make.error(
                f"index {name!r} has {len(attributes)} attributes in its {argument} ({', '.join(attributes)}): "
                f"give {argument}= as many builders"
            )
        found = dict(zip(attributes, builders, strict=True))
        for attribute in found.keys() & {*self.make.table.key_names}:
            if found[attribute] is not None:
                raise self.make.error(
                    f"index {name!r}: {attribute!r} is the table's own key, so {argument}= has no use"
                )
        return found

    def _check_shared(self, indexes: tuple[IndexPart, ...]) -> None:
        seen = {part.attribute: part.build for part in self.primary}
        for index in indexes:
            for part in index.parts:
                if part.written and seen.setdefault(part.attribute, part.build) is not part.build:
                    raise self.make.error(
                        f"attribute {part.attribute!r} is built in two ways, one by index {index.name!r}"
                    )


_LIMITS: Final = {"partition_key": MAX_PARTITION_KEY_BYTES, "sort_key": MAX_SORT_KEY_BYTES}


def _names_of(index: Index) -> tuple[str, ...]:
    return (*(index.partition_names if isinstance(index, GlobalIndex) else ()), *index.sort_names)


def _copied(index: Index, keys: tuple[str, ...]) -> frozenset[str] | None:
    if index.projection == "ALL":
        return None
    return frozenset(keys) if isinstance(index.projection, str) else index.projection.union(keys)
