"""IndexKeys: the keys of an entity in the indexes of its table."""

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
    The key of an entity in one index.

    Each key is a template, a function or `computed(...)`. For a key of several attributes, pass a sequence, with `None`
    for an attribute that is a field of the schema.

    If a field is `None`, the library does not write the key attributes that are built from the field. DynamoDB leaves
    an item out of an index if a key attribute is missing.

    Example:
        >>> IndexKeys(partition_key="OPEN#{team}", sort_key="{due}", when={"status": "open"}).partition_key
        'OPEN#{team}'

    """

    partition_key: Sources[S_contra] | None = None
    """The source of the partition key. Default: a field of the schema, or the table's key for a local index."""
    sort_key: Sources[S_contra] | None = None
    """The source of the sort key. Default: a field of the schema, or no sort key."""
    when: Mapping[str, Any] | None = None
    """Field values that an item must have to be in the index. Default: every item is in the index."""


# A generic TypedDict would be more precise, but ty does not infer its type argument.
IndexKeysMapping: TypeAlias = Mapping[
    Literal["partition_key", "sort_key", "when"], Sources[S_contra] | Mapping[str, Any]
]
"""An `IndexKeys`, written as a mapping."""


class IndexPart(Struct, frozen=True):
    """The key of one index."""

    name: str
    partition: tuple[KeyAttribute, ...]
    sort: tuple[KeyAttribute, ...]
    parts: tuple[KeyAttribute, ...]
    """The key attributes that are not attributes of the table's key."""
    is_global: bool
    copied: frozenset[str] | None
    """The attributes that the index copies; `None` means all."""

    @property
    def key_names(self) -> tuple[str, ...]:
        """The key attributes, partition key first."""
        return tuple(part.attribute for part in (*self.partition, *self.sort))

    def holds(self, attribute: str) -> bool:
        """Return True if the index copies this attribute."""
        return self.copied is None or attribute in self.copied

    def has(self, item: Any) -> bool:
        """Return True if an item is in the index, because it has every key attribute."""
        return all(part.text(item) is not None for part in self.parts)


class IndexPlanner(Struct, frozen=True):
    """Builds and checks the keys of one entity in the indexes."""

    make: AttributeMaker
    primary: tuple[KeyAttribute, ...]

    def plan(self, of_table: Mapping[str, Any], of_partitions: Mapping[str, Any]) -> tuple[IndexPart, ...]:
        """Return the keys of the entity in global indexes, then in local indexes."""
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
        """Return True if every key attribute is a field, an attribute of the table's key or the entity attribute."""
        fields = {info.attribute for info in self.make.codec.fields.values()}
        entity_attribute = self.make.table.entity_attribute
        known = fields.union(self.make.table.key_names, () if entity_attribute is None else (entity_attribute,))
        names = set(_names_of(index))
        return names <= known and bool(names & (fields | {entity_attribute}))

    def _index_keys(self, name: str, given: IndexKeys[Any] | Mapping[str, Any]) -> IndexKeys[Any]:
        if isinstance(given, IndexKeys):
            return given
        try:
            return IndexKeys(**given)
        except TypeError as error:
            text = f"index {name!r} must be an IndexKeys or a mapping of its arguments: {error}"
            raise self.make.error(text) from error

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
        if when and not any(part.is_separate for part in own):
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
                    f"index {name!r}: when= names {field!r}, which is not a field; {suggestion(field, fields)}"
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
        """Refuse an attribute that two indexes build in different ways."""
        seen = {part.attribute: (part, "the table's key") for part in self.primary}
        for index in indexes:
            for part in index.parts:
                other, owner = seen.setdefault(part.attribute, (part, f"index {index.name!r}"))
                if part.is_separate and not part.is_same(other):
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
