"""How an entity builds its keys in the indexes of its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeAlias

from attrs import frozen
from msgspec import Struct

from dynamo_document_builder.errors.texts import suggestion
from dynamo_document_builder.model.keys.sources import KeySource, S_contra
from dynamo_document_builder.model.keys.values import MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES
from dynamo_document_builder.model.tables.indexes import GlobalIndex, LocalIndex
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from dynamo_document_builder.model.keys.attributes import AttributeMaker, KeyAttribute, When

Index: TypeAlias = GlobalIndex | LocalIndex
Sources: TypeAlias = KeySource[S_contra] | Sequence[KeySource[S_contra] | None]


@frozen(kw_only=True)
class IndexKeys(Generic[S_contra]):
    """
    How an entity builds its key in one index.

    Each key is a template, a function or `computed(...)`; a key of several attributes is a sequence of them, with
    `None` for an attribute that is a field of the schema. A field that is `None` leaves out the attributes that are
    built from it, and DynamoDB keeps an item out of an index when one of its attributes is missing.

    Example:
        >>> IndexKeys(partition_key="OPEN#{team}", sort_key="{due}", when={"status": "open"}).partition_key
        'OPEN#{team}'

    """

    partition_key: Sources[S_contra] | None = None
    """How the partition key is built; `None` for a local index, which has the partition key of the table."""
    sort_key: Sources[S_contra] | None = None
    """How the sort key is built; `None` if the index has no sort key."""
    when: Mapping[str, Any] | None = None
    """The items that are in the index: those whose fields have these values."""


# No generic TypedDict: with one, ty does not infer whose keys they are.
IndexKeysMapping: TypeAlias = Mapping[
    Literal["partition_key", "sort_key", "when"], Sources[S_contra] | Mapping[str, Any]
]
"""`IndexKeys`, written as a mapping."""


class IndexPart(Struct, frozen=True):
    """The key of one index."""

    name: str
    partition: tuple[KeyAttribute, ...]
    sort: tuple[KeyAttribute, ...]
    parts: tuple[KeyAttribute, ...]
    """Those of its attributes that are not the table's own key."""
    is_global: bool
    copied: frozenset[str] | None
    """The attributes an item has in the index; `None`: all."""

    @property
    def key_names(self) -> tuple[str, ...]:
        """Its key attributes, partition key first."""
        return tuple(part.attribute for part in (*self.partition, *self.sort))

    def holds(self, attribute: str) -> bool:
        """Tell whether items have this attribute in the index."""
        return self.copied is None or attribute in self.copied

    def has(self, item: Any) -> bool:
        """Tell whether an item is in the index: whether it has every attribute of the key."""
        return all(part.text(item) is not None for part in self.parts)


class IndexPlanner(Struct, frozen=True):
    """Makes and checks the keys of one entity in the indexes."""

    make: AttributeMaker
    primary: tuple[KeyAttribute, ...]

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
            if name in given or self._needs_no_keys(index):
                yield self._index(name, index, self._index_keys(name, given.get(name, {})))

    def _needs_no_keys(self, index: Index) -> bool:
        """Tell whether all attributes of an index are there anyway: fields, the table's key, the entity's name."""
        fields = {info.attribute for info in self.make.codec.fields.values()}
        tag = self.make.table.entity_attribute
        known = fields.union(self.make.table.key_names, () if tag is None else (tag,))
        names = set(_names_of(index))
        return names <= known and bool(names & (fields | {tag}))

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
        when = self._when(name, keys.when)
        if isinstance(index, LocalIndex):
            partition = self.primary[:1]
        else:
            partition = self._key(name, index.partition_names, keys.partition_key, "partition_key", when)
        sort = self._key(name, index.sort_names, keys.sort_key, "sort_key", when)
        own = tuple(part for part in (*partition, *sort) if part not in self.primary)
        if when and not any(part.written for part in own):
            raise self.make.error(
                f"index {name!r}: when= cannot keep items out, since all attributes of its key are fields"
            )
        copied = _copied(index, (*self.make.table.key_names, *(part.attribute for part in (*partition, *sort))))
        return IndexPart(name, partition, sort, own, isinstance(index, GlobalIndex), copied)

    def _when(self, name: str, given: Any) -> When:
        if given is None:
            return ()
        fields = self.make.codec.fields
        if not is_mapping(given) or not given:
            raise self.make.error(f"index {name!r}: when= is a mapping of fields to the values they must have")
        for field, value in given.items():
            if field not in fields:
                raise self.make.error(
                    f"index {name!r}: when= names {field!r}, no field of it; {suggestion(field, fields)}"
                )
            try:
                if not (value is None and fields[field].optional):
                    self.make.codec.encode_field(field, value)
            except MisfitError as error:
                raise self.make.error(f"index {name!r}: when= gives {error.failures[0]}") from None
        return tuple(given.items())

    def _key(
        self, name: str, attributes: tuple[str, ...], given: Any, argument: str, when: When
    ) -> tuple[KeyAttribute, ...]:
        sources = (None,) * len(attributes) if given is None else tuple(given) if _is_several(given) else (given,)
        if sources and not attributes:
            raise self.make.error(f"index {name!r} has no sort key: leave its sort_key= out")
        if len(sources) != len(attributes):
            raise self.make.error(
                f"index {name!r} has {len(attributes)} attributes in its {argument} ({', '.join(attributes)}): "
                f"give {argument}= as many keys"
            )
        pairs = zip(attributes, sources, strict=True)
        return tuple(self._attribute(name, attribute, source, argument, when) for attribute, source in pairs)

    def _attribute(self, name: str, attribute: str, source: Any, argument: str, when: When) -> KeyAttribute:
        own = next((part for part in self.primary if part.attribute == attribute), None)
        if own is not None and source is not None:
            raise self.make.error(
                f"index {name!r}: {attribute!r} is the table's own key, so {argument}= cannot build it: leave it out"
            )
        if own is not None:
            return own
        if attribute == self.make.table.entity_attribute and source is None:
            return self.make.constant(attribute, self.make.entity, _LIMITS[argument])
        limit = _LIMITS[argument]
        return self.make.attribute(attribute, source, f"{name}'s {argument}", limit, sparse=True, when=when)

    def _check_shared(self, indexes: tuple[IndexPart, ...]) -> None:
        """Refuse an attribute that two indexes build differently."""
        seen = {part.attribute: (part, "the table's key") for part in self.primary}
        for index in indexes:
            for part in index.parts:
                other, owner = seen.setdefault(part.attribute, (part, f"index {index.name!r}"))
                if part.written and not part.is_same(other):
                    raise self.make.error(
                        f"attribute {part.attribute!r} is built in two ways, by {owner} and by index {index.name!r}: "
                        "give both the same key"
                    )


_LIMITS: Final = {"partition_key": MAX_PARTITION_KEY_BYTES, "sort_key": MAX_SORT_KEY_BYTES}


def _is_several(given: Any) -> bool:
    return is_sequence(given) and not isinstance(given, str)


def _names_of(index: Index) -> tuple[str, ...]:
    return (*(index.partition_names if isinstance(index, GlobalIndex) else ()), *index.sort_names)


def _copied(index: Index, keys: tuple[str, ...]) -> frozenset[str] | None:
    if index.projection == "ALL":
        return None
    return frozenset(keys) if isinstance(index.projection, str) else index.projection.union(keys)
