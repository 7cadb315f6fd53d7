"""How an entity's keys are built: checked once where the entity is defined, run for every item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, NotRequired, TypeAlias, TypedDict, TypeVar

from attrs import frozen

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.model.keys import MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES, checked_key, key_attribute
from dynamo_document_builder.model.table_model import GlobalIndex, LocalIndex, TableModel
from dynamo_document_builder.model.views import MissingFieldError, fields_read
from dynamo_document_builder.wire.json import quote

if TYPE_CHECKING:
    from dynamo_document_builder.schema.codec import Codec
    from dynamo_document_builder.schema.kinds.base import FieldInfo

S_contra = TypeVar("S_contra", contravariant=True)
Builder: TypeAlias = Callable[[S_contra], Any]


@frozen(kw_only=True)
class IndexKeys(Generic[S_contra]):
    """How an entity builds its key in one index. A builder that gives `None` keeps the item out of the index."""

    partition_key: Callable[[S_contra], Any] | None = None
    sort_key: Callable[[S_contra], Any] | None = None


class IndexKeysMapping(TypedDict, Generic[S_contra]):
    """`IndexKeys`, written as a mapping."""

    partition_key: NotRequired[Callable[[S_contra], Any]]
    sort_key: NotRequired[Callable[[S_contra], Any]]


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
        if value is None:
            return None
        if self.field is not None:
            return checked_key(self.codec.encode_field(self.field, value), self.attribute, self.limit)
        return key_attribute(value, self.attribute, self.limit)

    def _value(self, item: Any) -> Any:
        try:
            return self.build(item)
        except (UsageError, MissingFieldError):
            raise
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
    parts: tuple[KeyPart, ...]

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
            *self._indexes(global_indexes, self.table.global_secondary_indexes, "global"),
            *self._indexes(local_indexes, self.table.local_secondary_indexes, "local"),
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
            return KeyPart(self.codec, attribute, attrgetter(owner.name), limit, owner.name)
        if owner is not None:
            raise self._error(
                f"field {owner.name!r} is stored as {attribute!r}, which {argument}= writes too: "
                "leave the builder out, or give the field an alias"
            )
        assert build is not None
        if not callable(build):
            raise self._error(f"{argument}= is a callable over the item, not {type(build).__name__}")
        return KeyPart(self.codec, attribute, build, limit)

    def _check_key_field(self, owner: FieldInfo, attribute: str) -> None:
        # An index attribute may be missing (a sparse index), one of the primary key may not.
        if owner.optional and attribute in self.table.key_names:
            raise self._error(f"field {owner.name!r} is part of the key, so it cannot be optional")
        if not owner.kind.tags <= {"S", "N", "B"}:
            raise self._error(f"field {owner.name!r} is part of a key: DynamoDB takes text, numbers and bytes there")

    def _indexes(
        self, given: Mapping[str, Any], declared: Mapping[str, GlobalIndex | LocalIndex], kind: str
    ) -> Iterator[IndexPart]:
        for name, keys in given.items():
            index = declared.get(name)
            if index is None:
                known = ", ".join(map(repr, declared)) or "none"
                raise self._error(f"table {self.table.name!r} declares no {kind} index {name!r} (it declares: {known})")
            yield IndexPart(name, self._index_parts(name, index, self._index_keys(name, keys)))

    def _index_keys(self, name: str, given: IndexKeys[Any] | Mapping[str, Any]) -> IndexKeys[Any]:
        if isinstance(given, IndexKeys):
            return given
        try:
            return IndexKeys(**given)
        except TypeError as error:
            raise self._error(f"index {name!r} is built by IndexKeys' arguments: {error}") from error

    def _index_parts(self, name: str, index: GlobalIndex | LocalIndex, keys: IndexKeys[Any]) -> tuple[KeyPart, ...]:
        if isinstance(index, LocalIndex) and keys.partition_key is not None:
            raise self._error(f"local index {name!r} has the table's own partition key; leave its partition_key out")
        wanted = {"sort_key": index.sort_key, "partition_key": getattr(index, "partition_key", None)}
        if index.sort_key is None and keys.sort_key is not None:
            raise self._error(f"index {name!r} has no sort key, so its sort_key has no use")
        limits = {"partition_key": MAX_PARTITION_KEY_BYTES, "sort_key": MAX_SORT_KEY_BYTES}
        return tuple(
            self._part(attribute, getattr(keys, argument), f"{name}'s {argument}", limits[argument])
            for argument in ("partition_key", "sort_key")
            if (attribute := wanted[argument]) is not None and attribute not in self.table.key_names
        )

    def _check_shared(self, primary: tuple[KeyPart, ...], indexes: tuple[IndexPart, ...]) -> None:
        seen = {part.attribute: part.build for part in primary}
        for index in indexes:
            for part in index.parts:
                if part.written and seen.setdefault(part.attribute, part.build) is not part.build:
                    raise self._error(f"attribute {part.attribute!r} is built in two ways, one by index {index.name!r}")

    def _error(self, text: str) -> DefinitionError:
        return DefinitionError(f"entity {self.entity!r}: {text}")
