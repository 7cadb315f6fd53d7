"""How an entity's keys are built: checked once where the entity is defined, run for every item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, Final, Generic, NotRequired, TypeAlias, TypedDict, TypeVar

from attrs import frozen
from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.model.keys import MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES, checked_key, key_attribute
from dynamo_document_builder.model.prefixes import KeyPrefix, open_fields
from dynamo_document_builder.model.table_model import GlobalIndex, LocalIndex, TableModel
from dynamo_document_builder.model.views import MissingFieldError, fields_read, view_of
from dynamo_document_builder.wire.guards import is_sequence
from dynamo_document_builder.wire.json import quote

if TYPE_CHECKING:
    from dynamo_document_builder.schema.codec import Codec
    from dynamo_document_builder.schema.kinds.base import FieldInfo

S_contra = TypeVar("S_contra", contravariant=True)
Builder: TypeAlias = Callable[[S_contra], Any]
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


class Sought(Struct, frozen=True):
    """What is known of a key attribute that is looked for."""

    value: Any
    """As a builder gives it."""
    is_prefix: bool


@frozen(eq=False)
class KeyPart:
    """One attribute of a key: where it is stored, how it is built, and which fields that reads."""

    codec: Codec[Any]
    attribute: str
    build: Callable[[Any], Any]
    limit: int
    field: str | None = None
    """The schema's own field that is this attribute; without one the attribute is written beside the fields."""

    def text(self, item: Any) -> str | None:
        """Return the attribute's value as DynamoDB JSON, `None` where the builder gives `None`."""
        value = self._value(item)
        return None if value is None else self.wire_text(value)

    def wire_text(self, value: Any) -> str:
        """Return a value of this attribute as DynamoDB JSON."""
        if self.field is not None:
            return checked_key(self.codec.encode_field(self.field, value), self.attribute, self.limit)
        return key_attribute(value, self.attribute, self.limit)

    def sought(self, given: Mapping[str, Any]) -> Sought | None:
        """Return what the given fields say of this attribute, `None` if they say nothing."""
        try:
            return self._found(self._value(view_of(self.codec, given)), is_prefix=False)
        except MissingFieldError:
            return self._prefix(given) if self._runs_straight else None

    def _prefix(self, given: Mapping[str, Any]) -> Sought | None:
        try:
            value = self.build(view_of(self.codec, {**open_fields(self.codec), **given}))
        except (UsageError, AttributeError):
            raise
        except Exception:  # noqa: BLE001  a builder that cannot work with fields left open has no prefix to give
            return None
        if type(value) is not KeyPrefix:
            return None
        return self._found(value.text, is_prefix=True) if value.text else None

    def _found(self, value: Any, *, is_prefix: bool) -> Sought:
        if value is None:
            raise UsageError(f"{self.attribute} would be None: items without it are not in the index")
        return Sought(value, is_prefix)

    @cached_property
    def _runs_straight(self) -> bool:
        from dynamo_document_builder.model.straight import runs_straight  # noqa: PLC0415  asked by queries only

        return runs_straight(self.build, self.codec.schema)

    def _value(self, item: Any) -> Any:
        try:
            return self.build(item)
        except (UsageError, MissingFieldError):
            raise
        except KeyError as error:
            if error.args and error.args[0] in self.codec.fields:
                raise UsageError(
                    f"the builder of {self.attribute} asks for {error.args[0]!r}, which the item does not have; "
                    ".get() gives None, which keeps it out of an index"
                ) from None
            raise UsageError(f"the builder of {self.attribute} raised KeyError") from error
        except AttributeError as error:  # its text names the attribute, no value
            raise UsageError(f"the builder of {self.attribute} raised {error}") from error
        except Exception as error:
            raise UsageError(f"the builder of {self.attribute} raised {type(error).__name__}") from error

    @property
    def written(self) -> bool:
        return self.field is None

    @cached_property
    def reads(self) -> frozenset[str]:
        """The fields it may read; learnt when first asked for."""
        return fields_read(self.codec, self.build)

    @cached_property
    def quoted(self) -> str:
        return quote(self.attribute)


@frozen
class IndexPart:
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


@frozen
class KeyPlan:
    """All keys of an entity."""

    primary: tuple[KeyPart, ...]
    indexes: tuple[IndexPart, ...]

    @property
    def sort(self) -> tuple[KeyPart, ...]:
        """The sort key, if there is one."""
        return self.primary[1:]

    @property
    def partition(self) -> tuple[KeyPart, ...]:
        """The partition key."""
        return self.primary[:1]

    @property
    def primary_reads(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.reads for part in self.primary))

    @property
    def attributes(self) -> frozenset[str]:
        """Every attribute of a key or an index key."""
        return frozenset(part.attribute for part in self._all())

    def _all(self) -> Iterator[KeyPart]:
        yield from self.primary
        for index in self.indexes:
            yield from index.parts


@frozen
class Planner:
    """Makes and checks the key plan of one entity."""

    entity: str
    table: TableModel
    codec: Codec[Any]

    def plan(
        self,
        partition_key: Builder[Any] | None,
        sort_key: Builder[Any] | None,
        global_indexes: Mapping[str, Any],
        local_indexes: Mapping[str, Any],
    ) -> KeyPlan:
        primary = self._primary(partition_key, sort_key)
        declared = (
            *self._indexes(primary, global_indexes, self.table.global_secondary_indexes, "global"),
            *self._indexes(primary, local_indexes, self.table.local_secondary_indexes, "local"),
        )
        self._check_shared(primary, declared)
        return KeyPlan(primary, declared)

    def _primary(self, partition_key: Builder[Any] | None, sort_key: Builder[Any] | None) -> tuple[KeyPart, ...]:
        if self.table.sort_key is None and sort_key is not None:
            raise self._error(f"table {self.table.name!r} has no sort key, so sort_key= has no use")
        parts = [self._part(self.table.partition_key, partition_key, "partition_key", MAX_PARTITION_KEY_BYTES)]
        if self.table.sort_key is not None:
            parts.append(self._part(self.table.sort_key, sort_key, "sort_key", MAX_SORT_KEY_BYTES))
        return tuple(parts)

    def _part(self, attribute: str, build: Builder[Any] | None, argument: str, limit: int) -> KeyPart:
        owner = next((info for info in self.codec.fields.values() if info.stored == attribute), None)
        if build is None and owner is None:
            raise self._error(
                f"it has no field stored as {attribute!r}: give {argument}= a builder, or the table the name of a field"
            )
        if build is None and owner is not None:
            self._check_key_field(owner, attribute)
            return KeyPart(self.codec, attribute, self._getter(owner), limit, owner.name)
        if owner is not None:
            raise self._error(
                f"field {owner.name!r} is stored as {attribute!r}, which {argument}= writes too: "
                "leave the builder out, or give the field an alias"
            )
        assert build is not None
        if not callable(build):
            raise self._error(f"{argument}= is a callable over the item, not {type(build).__name__}")
        return KeyPart(self.codec, attribute, build, limit)

    def _getter(self, owner: FieldInfo) -> Callable[[Any], Any]:
        if self.codec.item_class is dict:
            return partial(_member, owner.name) if owner.has_default else itemgetter(owner.name)
        return _where_there(owner.name) if owner.missing_in else attrgetter(owner.name)

    def _check_key_field(self, owner: FieldInfo, attribute: str) -> None:
        # An index attribute may be missing (a sparse index), one of the primary key may not.
        if owner.missing_in and attribute in self.table.key_names:
            lacking = " and ".join(owner.missing_in)
            raise self._error(f"field {owner.name!r} is part of the key, so {lacking} has to have it too")
        if attribute in self.table.key_names and owner.has_default and self.codec.item_class is dict:
            raise self._error(f"field {owner.name!r} is part of the key, so it has to be required")
        if owner.optional and attribute in self.table.key_names:
            raise self._error(f"field {owner.name!r} is part of the key, so it cannot be optional")
        if not owner.kind.tags <= {"S", "N", "B"} or len(owner.kind.tags) != 1:
            raise self._error(
                f"field {owner.name!r} is part of a key: DynamoDB takes text, numbers or bytes there, always the same"
            )

    def _indexes(
        self, primary: tuple[KeyPart, ...], given: Mapping[str, Any], declared: Mapping[str, Index], kind: str
    ) -> Iterator[IndexPart]:
        for name in given:
            if name not in declared:
                known = ", ".join(map(repr, declared)) or "none"
                raise self._error(f"table {self.table.name!r} declares no {kind} index {name!r} (it declares: {known})")
        for name, index in declared.items():
            if name in given or self._has_fields_of(index):
                yield self._index(primary, name, index, self._index_keys(name, given.get(name, {})))

    def _has_fields_of(self, index: Index) -> bool:
        """Tell whether an index needs no builders: all its attributes are fields of the schema."""
        stored = {info.stored for info in self.codec.fields.values()}
        return stored.union(self.table.key_names).issuperset(_names_of(index)) and bool(
            stored.intersection(_names_of(index))
        )

    def _index_keys(self, name: str, given: IndexKeys[Any] | Mapping[str, Any]) -> IndexKeys[Any]:
        if isinstance(given, IndexKeys):
            return given
        try:
            return IndexKeys(**given)
        except TypeError as error:
            raise self._error(f"index {name!r} is built by IndexKeys' arguments: {error}") from error

    def _index(self, primary: tuple[KeyPart, ...], name: str, index: Index, keys: IndexKeys[Any]) -> IndexPart:
        if isinstance(index, LocalIndex) and keys.partition_key is not None:
            raise self._error(f"local index {name!r} has the table's own partition key; leave its partition_key out")
        sort_builders = self._builders(name, index.sort_names, keys.sort_key, "sort_key")
        if isinstance(index, LocalIndex):
            partition = primary[:1]
        else:
            builders = self._builders(name, index.partition_names, keys.partition_key, "partition_key")
            partition = self._key(primary, name, builders, "partition_key")
        sort = self._key(primary, name, sort_builders, "sort_key")
        own = tuple(part for part in (*partition, *sort) if part not in primary)
        copied = _copied(index, (*self.table.key_names, *(part.attribute for part in (*partition, *sort))))
        return IndexPart(name, partition, sort, own, isinstance(index, GlobalIndex), copied)

    def _key(
        self, primary: tuple[KeyPart, ...], name: str, builders: Mapping[str, Any], argument: str
    ) -> tuple[KeyPart, ...]:
        own = {part.attribute: part for part in primary}
        return tuple(
            own.get(attribute) or self._part(attribute, build, f"{name}'s {argument}", _LIMITS[argument])
            for attribute, build in builders.items()
        )

    def _builders(self, name: str, attributes: tuple[str, ...], given: Any, argument: str) -> Mapping[str, Any]:
        """Return the builder of each attribute, `None` for one that is a field."""
        builders = (None,) * len(attributes) if given is None else tuple(given) if is_sequence(given) else (given,)
        if builders and not attributes:
            raise self._error(f"index {name!r} has no sort key, so its sort_key has no use")
        if len(builders) != len(attributes):
            raise self._error(
                f"index {name!r} has {len(attributes)} attributes in its {argument} ({', '.join(attributes)}): "
                f"give {argument}= as many builders"
            )
        found = dict(zip(attributes, builders, strict=True))
        for attribute in found.keys() & {*self.table.key_names}:
            if found[attribute] is not None:
                raise self._error(f"index {name!r}: {attribute!r} is the table's own key, so {argument}= has no use")
        return found

    def _check_shared(self, primary: tuple[KeyPart, ...], indexes: tuple[IndexPart, ...]) -> None:
        seen = {part.attribute: part.build for part in primary}
        for index in indexes:
            for part in index.parts:
                if part.written and seen.setdefault(part.attribute, part.build) is not part.build:
                    raise self._error(f"attribute {part.attribute!r} is built in two ways, one by index {index.name!r}")

    def _error(self, text: str) -> DefinitionError:
        return DefinitionError(f"entity {self.entity!r}: {text}")


def _where_there(field: str) -> Callable[[Any], Any]:
    """Return what reads a field that only some classes of a union have: the others stay out of the index."""
    return lambda item: getattr(item, field, None)


def _member(field: str, item: Any) -> Any:
    """Return what a dictionary has in a field that is not required."""
    return item.get(field)


_LIMITS: Final = {"partition_key": MAX_PARTITION_KEY_BYTES, "sort_key": MAX_SORT_KEY_BYTES}


def _names_of(index: Index) -> tuple[str, ...]:
    return (*(index.partition_names if isinstance(index, GlobalIndex) else ()), *index.sort_names)


def _copied(index: Index, keys: tuple[str, ...]) -> frozenset[str] | None:
    if index.projection == "ALL":
        return None
    return frozenset(keys) if isinstance(index.projection, str) else index.projection.union(keys)
