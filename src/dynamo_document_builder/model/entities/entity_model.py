"""EntityModel: the part of an entity that encodes keys and items and decodes responses, without a client."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from attrs import field, fields, frozen
from msgspec import Struct

from dynamo_document_builder.errors import StoredItemError, UsageError
from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.errors.texts import describe_item, given_type, shortened, suggestion
from dynamo_document_builder.expressions.rendering.scope import Scope
from dynamo_document_builder.model.commands.frozen import FrozenMap
from dynamo_document_builder.model.keys.identity import check_identity, with_key_fields
from dynamo_document_builder.model.keys.known_fields import MissingFieldError
from dynamo_document_builder.model.reading.readable import attributes_in, readable
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.items.members import value_of
from dynamo_document_builder.wire.json.text import quote
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from msgspec import Raw

    from dynamo_document_builder.errors.recipients import HasSchema
    from dynamo_document_builder.model.keys.attributes import KeyAttribute
    from dynamo_document_builder.model.keys.index_keys import IndexPart
    from dynamo_document_builder.model.keys.plans import KeyPlan
    from dynamo_document_builder.model.tables.table_model import TableModel
    from dynamo_document_builder.schema.items.registry import Codec

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)
K_contra = TypeVar("K_contra", contravariant=True)
T = TypeVar("T")


class ItemText(Struct, frozen=True):
    """An item and its key, each as DynamoDB JSON."""

    text: str
    key: str


class AcceptsKey(Generic[K_contra, S]):
    """An entity that accepts instances of certain classes as keys, for type checkers; a union accepts each member."""

    __slots__ = ()


@frozen(eq=False, slots=False)
class EntityModel(AcceptsKey[S, S], Generic[S]):
    """A schema bound to a table, without a client or transport."""

    schema: type[S]
    table: TableModel
    name: str
    codec: Codec[S] = field(repr=False)
    plan: KeyPlan = field(repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out cached values: a copy computes them again, and some of them cannot be pickled."""
        return {one.name: getattr(self, one.name) for one in fields(type(self))}

    def __or__(self, other: HasSchema[T]) -> EntityGroup[S | T]:
        """Return a group of both entities, for reads of several entities."""
        return EntityGroup((self, _entity(other)))

    @cached_property
    def readers(self) -> dict[tuple[bool, bool], Any]:
        """Cached readers of whole items, by the arguments of `projections.reader_of`."""
        return {}

    @cached_property
    def scope(self) -> Scope:
        """The schema and the key attributes, for rendering expressions."""
        return Scope(self.codec.kind, self.table.key_names)

    @cached_property
    def _item_class(self) -> type[Any]:
        return self.codec.item_class

    def without_key_attributes(self, codec: Codec[T]) -> Codec[T]:
        """Return a codec whose field for undeclared attributes leaves out the keys and the entity name."""
        if all(member.kind.layout.rest is None for member in codec.members):
            return codec
        # Lazy import: only schemas that keep undeclared attributes need it.
        from dynamo_document_builder.schema.items.unmapped_attributes import with_attributes  # noqa: PLC0415

        return with_attributes(codec, reserved_attributes(self.table, self.plan), refuses_unknown=False)

    def encode(self, item: S, *, trusted: bool = False) -> ItemText:
        """Return the item with its key and index attributes. *trusted* skips the validators of the class."""
        if not isinstance(item, self._item_class):
            raise UsageError(f"{self.name} items must be {self.codec.name}, not {type(item).__name__}")
        fields = self.codec.encode_trusted(item) if trusted else self.codec.encode(item)
        key = self.plan.key_of_item(item) or self._key_of_item(item)
        for part in self.plan.fields:
            part.check(item)
        if self._is_simple and fields:
            return ItemText(f"{key[:-1]},{fields}}}", key)
        members = [key[1:-1]] if self._key_is_separate else self._key_members(item)
        for part in self.plan.index_only:
            text = part.text(item)
            if text is not None:
                members.append(f"{part.quoted}:{text}")
        if self.entity_name_member is not None:
            members.append(self.entity_name_member)
        if fields:
            members.append(fields)
        return ItemText(f"{{{','.join(members)}}}", key)

    def as_read(self, item: S, text: ItemText, *, trusted: bool) -> S:
        """Return the item as a read would return it: a different object if a field is stored with less precision."""
        if not self.codec.truncates:
            return item
        raw = self.completed(text.text.encode())
        again = self.codec.decode_trusted(raw) if trusted else self.codec.decode(raw)
        from dynamo_document_builder.schema.round_trip.equality import are_equal  # noqa: PLC0415  lazy import: only lossy fields need it

        return item if are_equal(item, again) else again

    @cached_property
    def _is_simple(self) -> bool:
        """True if an item has only its fields and its key: no index attributes and no entity name."""
        return self._key_is_separate and not self.plan.index_only and self.entity_name_member is None

    @cached_property
    def _key_is_separate(self) -> bool:
        """True if no attribute of the primary key is a field of the schema."""
        return all(part.field is None for part in self.plan.primary)

    def _key_members(self, item: S) -> list[str]:
        parts = [part for part in self.plan.primary if part.field is None]
        return [f"{part.quoted}:{self._required(part, part.text(item))}" for part in parts]

    def _key_of_item(self, item: object) -> str:
        parts = self.plan.primary
        return f"{{{','.join([f'{part.quoted}:{self._required(part, part.text(item))}' for part in parts])}}}"

    def encode_key(self, given: Mapping[str, Any] | S) -> str:
        """Return the key in DynamoDB JSON, from an instance or from the fields that the key is built from."""
        return self._fast_key(given) or self._checked_key(given)

    def encode_keys_fast(self, given: Sequence[Any]) -> list[str] | None:
        """Return the encoded keys, or `None` if any key needs the checks of `encode_key`."""
        key_of_fields, usual = self.plan.key_of_fields, self._fast_key
        keys = [key_of_fields(one.as_dict()) if type(one) is FrozenMap else usual(one) for one in given]
        return None if None in keys else cast("list[str]", keys)

    def _fast_key(self, given: Any) -> str | None:
        if type(given) is FrozenMap:
            return self.plan.key_of_fields(given.as_dict())
        return self.plan.key_of_item(given) if isinstance(given, self._item_class) else None

    def _checked_key(self, given: object) -> str:
        item = self._item_in(given)
        if item is not None:
            return self._key_of_item(item)
        fields = self.key_fields(given)
        return f"{{{','.join([f'{part.quoted}:{self._built(part, fields)}' for part in self.plan.primary])}}}"

    def _built(self, part: KeyAttribute, fields: Mapping[str, Any]) -> str:
        try:
            return self._required(part, part.build_from(fields)[0])
        except MissingFieldError as missing:
            raise UsageError(
                f"its key is incomplete: {part.attribute} is built from field {missing.field!r}, "
                "which key= does not give"
            ) from None

    def _required(self, part: KeyAttribute, text: str | None) -> str:
        if text is None:
            raise UsageError(f"its key is incomplete: {part.attribute} would be None")
        return text

    def key_text(self, given: object) -> str:
        """Return the encoded key, or an empty string if `encode_key` would raise an error."""
        try:
            return self.encode_key(cast("S", given))
        except (MisfitError, UsageError):
            return ""

    def key_fields(self, given: object) -> Mapping[str, Any]:
        """Return the fields of a key, checked by the codec of the schema."""
        item = self._item_in(given)
        if item is not None:
            return {name: value_of(item, name) for name in self.codec.fields}
        if is_mapping(given):
            return self.checked_fields(given)
        raise UsageError(
            f"a key of {self.name} is a mapping of fields or a {self.codec.name}, not {type(given).__name__}"
        )

    def checked_fields(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Check the values of some fields by the codec of the schema, and return the fields."""
        failures: list[FieldFailure] = []
        fields = self.codec.fields
        for name, value in given.items():
            if name in fields and type(value) is fields[name].kind.plain:
                continue
            try:
                self._check_given(name, value)
            except MisfitError as error:
                failures.extend(error.failures)
        if failures:
            raise MisfitError(tuple(failures))
        return given

    def _check_given(self, name: str, value: object) -> None:
        info = self.codec.fields.get(name)
        if info is None:
            raise UsageError(f"{self.name} has no field {name!r}; {suggestion(name, self.codec.fields)}")
        if not (value is None and info.optional):
            self.codec.encode_field(name, value)

    def shown_key(self, given: object) -> Mapping[str, Any] | None:
        """Return the fields that the key is built from, for error texts."""
        item = self._item_in(given)
        if item is not None:
            values = {name: value_of(item, name) for name in self.codec.fields}
            fields_used = self.plan.fields_used(values)
            return {name: value for name, value in values.items() if name in fields_used}
        if not is_mapping(given):
            return None
        # key= can contain fields of index keys. Their values may be confidential, so texts leave these fields out.
        names = self.plan.fields_used(given)
        roles = self.codec.roles
        version = None if roles is None or roles.version is None else roles.version.name
        shown = {*names, version}.union(given.keys() - self.codec.fields.keys())
        return {name: value for name, value in given.items() if name in shown} or given

    def _item_in(self, given: object) -> object:
        """Return the item if a whole item was passed as a key, `None` for key fields; a dictionary can be either."""
        if isinstance(given, self._item_class):
            return given
        if is_mapping(given) and self._item_class is dict and self._required_fields <= given.keys():
            return {**given}
        return None

    @cached_property
    def _required_fields(self) -> frozenset[str]:
        return frozenset(info.name for info in self.codec.fields.values() if not info.has_default)

    def decode(self, raw: Any, *, trusted: bool = False, check_name: bool = True) -> S:
        """
        Return a stored item as an object, or raise `StoredItemError` with every field that does not fit.

        *check_name* also checks the entity name of the item.
        """
        codec = self.codec
        try:
            if check_name:
                self.check_entity_name(raw)
            whole = self.completed(raw)
            item = codec.decode_trusted(whole) if trusted else codec.decode(whole)
            check_identity(self.plan, raw, lambda: self.encode_key(item))
        except MisfitError as error:
            raise self.unfit(raw, error, self.codec.name) from error
        return item

    @cached_property
    def key_only(self) -> tuple[str, ...]:
        """The fields that are stored only in the key (`stored(key_only=True)`)."""
        return tuple(info.name for info in self.codec.fields.values() if info.key_only)

    def completed(self, raw: Any) -> bytes | Raw:
        """Return a stored item with the fields that are stored only in its key."""
        return with_key_fields(self.plan, self.codec, raw) if self.key_only else raw

    def unfit(self, raw: Any, error: MisfitError, shape: str) -> StoredItemError:
        """Return the error for a stored item that does not fit its schema or projection class."""
        return self.stored_item_error(attributes_in(raw), error.failures, shape)

    def check_entity_name(self, raw: Any) -> None:
        """Refuse an item with the name of another entity."""
        attribute = self.table.entity_attribute
        if attribute is None:
            return
        stored = attributes_in(raw).get(attribute)
        if stored != {"S": self.name}:
            found = "nothing stored" if stored is None else f"stored {readable(stored)!r}"
            raise MisfitError([FieldFailure(attribute, f"entity {self.name!r}", found)])

    @cached_property
    def entity_name_member(self) -> str | None:
        """The member that stores the entity name, in DynamoDB JSON; `None` if items do not store the name."""
        attribute = self.table.entity_attribute
        return None if attribute is None else f'{quote(attribute)}:{{"S":{quote(self.name)}}}'

    def key_attributes(self, index: IndexPart | None = None) -> tuple[str, ...]:
        """Return the attributes that identify an item in the table or index, including the entity name."""
        entity_attribute = self.table.entity_attribute
        named = (entity_attribute,) if entity_attribute and (index is None or index.holds(entity_attribute)) else ()
        return tuple(dict.fromkeys((*self.table.key_names, *(index.key_names if index else ()), *named)))

    def stored_item_error(
        self, item: Mapping[str, Any], failures: tuple[FieldFailure, ...], shape: str
    ) -> StoredItemError:
        """Return the error for a stored item with these failures."""
        key = {name: readable(item[name]) for name in self.table.key_names if name in item}
        where = f"{describe_item(self.name, key)} in table {self.table.name}"
        return StoredItemError(
            f"{where} does not fit {shape}: {'; '.join(shortened(failures, 'more, all of them in .failures'))}",
            table=self.table.name,
            entity=self.name,
            key=key,
            failures=failures,
            item=item,
        )


class EntityGroup(Struct, Generic[S_co], frozen=True):
    """
    A group of entities for one read, built with `users | orders`.

    Example:
        >>> (users | orders).names
        ('User', 'Order')

    """

    entities: tuple[EntityModel[Any], ...]
    """The entities of the group."""

    def __post_init__(self) -> None:
        if len(set(self.names)) < len(self.names):
            raise UsageError(f"entities that are read together need different names, not {', '.join(self.names)}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the entities."""
        return tuple(entity.name for entity in self.entities)

    def __or__(self, other: HasSchema[T]) -> EntityGroup[S_co | T]:
        return EntityGroup((*self.entities, _entity(other)))


def reserved_attributes(table: TableModel, plan: KeyPlan) -> frozenset[str]:
    """Return the attributes that do not belong to a field: key attributes, index attributes and the entity name."""
    named = () if table.entity_attribute is None else (table.entity_attribute,)
    return frozenset((*table.key_names, *plan.attributes, *named))


def model_of(given: Any) -> EntityModel[Any] | None:
    """Return the model of an entity, or `None` for any other object."""
    model = getattr(given, "__model__", given)
    return model if isinstance(model, EntityModel) else None  # pyright: ignore[reportUnknownVariableType]  # of any schema


def _entity(given: Any) -> EntityModel[Any]:
    model = model_of(given)
    if model is None:
        raise UsageError(f"an entity can be grouped only with other entities, not with {given_type(given)}")
    return model


def entity_group(entities: Iterable[Any]) -> EntityGroup[Any]:
    """Return a group of entities for one read."""
    return EntityGroup(tuple(map(_entity, entities)))
