"""The pure half of an entity: what a command needs to become a request, and an answer to become objects."""

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
    """A whole item, and its key alone, as DynamoDB JSON."""

    text: str
    key: str


class Keyed(Generic[K_contra, S]):
    """An entity by the classes whose objects are keys of it, for type checkers: each class of a union is one."""

    __slots__ = ()


@frozen(eq=False, slots=False)
class EntityModel(Keyed[S, S], Generic[S]):
    """A schema bound to a table, with no transport in sight."""

    schema: type[S]
    table: TableModel
    name: str
    codec: Codec[S] = field(repr=False)
    plan: KeyPlan = field(repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is cached: a copy makes its own, and some of it cannot be pickled."""
        return {one.name: getattr(self, one.name) for one in fields(type(self))}

    def __or__(self, other: HasSchema[T]) -> EntityGroup[S | T]:
        """Return both entities, to be read together."""
        return EntityGroup((self, _entity(other)))

    @cached_property
    def readers(self) -> dict[tuple[bool, bool], Any]:
        """How whole items are read: made once each, as every read asks for one."""
        return {}

    @cached_property
    def scope(self) -> Scope:
        return Scope(self.codec.kind, self.table.key_names)

    @cached_property
    def _item_class(self) -> type[Any]:
        return self.codec.item_class

    def beside(self, codec: Codec[T]) -> Codec[T]:
        """Return a codec told of the attributes that stand beside the fields, where it keeps what no field has."""
        if all(member.kind.layout.rest is None for member in codec.members):
            return codec
        from dynamo_document_builder.schema.items.unmapped_attributes import with_attributes  # noqa: PLC0415  few schemas keep the rest

        return with_attributes(codec, attributes_beside(self.table, self.plan), refuses_unknown=False)

    def encode(self, item: S, *, trusted: bool = False) -> ItemText:
        """Return the item with its key and index attributes; `trusted` leaves out the class's own validators."""
        if not isinstance(item, self._item_class):
            raise UsageError(f"{self.name} items are {self.codec.name}, not {type(item).__name__}")
        fields = self.codec.encode_trusted(item) if trusted else self.codec.encode(item)
        key = self.plan.of_item(item) or self._key_of_item(item)
        for part in self.plan.fields:
            part.check(item)
        if self._is_simple and fields:
            return ItemText(f"{key[:-1]},{fields}}}", key)
        members = [key[1:-1]] if self._is_beside else self._members_beside(item)
        for part in self.plan.beside:
            text = part.text(item)
            if text is not None:
                members.append(f"{part.quoted}:{text}")
        if self.tag is not None:
            members.append(self.tag)
        if fields:
            members.append(fields)
        return ItemText(f"{{{','.join(members)}}}", key)

    def as_read(self, item: S, text: ItemText, *, trusted: bool) -> S:
        """Return an item that was encoded as a read would: another one, if less than it holds is stored."""
        if not self.codec.truncates:
            return item
        raw = self.completed(text.text.encode())
        again = self.codec.decode_trusted(raw) if trusted else self.codec.decode(raw)
        from dynamo_document_builder.schema.round_trip.equality import are_equal  # noqa: PLC0415  few schemas need it

        return item if are_equal(item, again) else again

    @cached_property
    def _is_simple(self) -> bool:
        """Whether nothing but a key stands beside the fields."""
        return self._is_beside and not self.plan.beside and self.tag is None

    @cached_property
    def _is_beside(self) -> bool:
        """Whether no attribute of the key is a field."""
        return all(part.field is None for part in self.plan.primary)

    def _members_beside(self, item: S) -> list[str]:
        parts = [part for part in self.plan.primary if part.field is None]
        return [f"{part.quoted}:{self._required(part, part.text(item))}" for part in parts]

    def _key_of_item(self, item: object) -> str:
        parts = self.plan.primary
        return f"{{{','.join([f'{part.quoted}:{self._required(part, part.text(item))}' for part in parts])}}}"

    def encode_key(self, given: Mapping[str, Any] | S) -> str:
        """Return the key attributes of an item, from an instance or from the fields its key is built from."""
        return self._usual_key(given) or self._unusual_key(given)

    def usual_keys(self, given: Sequence[Any]) -> list[str] | None:
        """Return what `encode_key` gives for each of some keys; `None` if one is unusual in any way."""
        of_fields, usual = self.plan.of_fields, self._usual_key
        keys = [of_fields(one.as_dict()) if type(one) is FrozenMap else usual(one) for one in given]
        return None if None in keys else cast("list[str]", keys)

    def _usual_key(self, given: Any) -> str | None:
        if type(given) is FrozenMap:
            return self.plan.of_fields(given.as_dict())
        return self.plan.of_item(given) if isinstance(given, self._item_class) else None

    def _unusual_key(self, given: object) -> str:
        item = self._item_in(given)
        if item is not None:
            return self._key_of_item(item)
        fields = self.key_fields(given)
        return f"{{{','.join([f'{part.quoted}:{self._built(part, fields)}' for part in self.plan.primary])}}}"

    def _built(self, part: KeyAttribute, fields: Mapping[str, Any]) -> str:
        try:
            return self._required(part, part.of_known(fields)[0])
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
        """Return the key where there is one, and no text where `encode_key` would say what is wrong with it."""
        try:
            return self.encode_key(cast("S", given))
        except (MisfitError, UsageError):
            return ""

    def key_fields(self, given: object) -> Mapping[str, Any]:
        """Return the fields that a key gives, each checked by the codec of the stored item."""
        item = self._item_in(given)
        if item is not None:
            return {name: value_of(item, name) for name in self.codec.fields}
        if is_mapping(given):
            return self.checked_fields(given)
        raise UsageError(
            f"a key of {self.name} is a mapping of fields or a {self.codec.name}, not {type(given).__name__}"
        )

    def checked_fields(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Check the values of some fields by the codec of the stored item, and return them."""
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
        """Return the key in the caller's own terms, for texts: the fields it is built of."""
        item = self._item_in(given)
        if item is not None:
            values = {name: value_of(item, name) for name in self.codec.fields}
            made_of = self.plan.made_of(values)
            return {name: value for name, value in values.items() if name in made_of}
        if not is_mapping(given):
            return None
        # What was given to build the key of an index may be anything that an item holds.
        names = self.plan.made_of(given)
        roles = self.codec.roles
        version = None if roles is None or roles.version is None else roles.version.name
        shown = {*names, version}.union(given.keys() - self.codec.fields.keys())
        return {name: value for name, value in given.items() if name in shown} or given

    def _item_in(self, given: object) -> object:
        """Return the item that was given as a key, `None` if its fields were: a dictionary may be either."""
        if isinstance(given, self._item_class):
            return given
        if is_mapping(given) and self._item_class is dict and self._required_fields <= given.keys():
            return {**given}
        return None

    @cached_property
    def _required_fields(self) -> frozenset[str]:
        return frozenset(info.name for info in self.codec.fields.values() if not info.has_default)

    def decode(self, raw: Any, *, trusted: bool = False, tagged: bool = True) -> S:
        """
        Return one stored item as an object, or say everything that does not fit.

        *tagged*: it may be another entity's item, so its tag is looked at.
        """
        codec = self.codec
        try:
            if tagged:
                self.check_tag(raw)
            whole = self.completed(raw)
            item = codec.decode_trusted(whole) if trusted else codec.decode(whole)
            check_identity(self.plan, raw, lambda: self.encode_key(item))
        except MisfitError as error:
            raise self.unfit(raw, error, self.codec.name) from error
        return item

    @cached_property
    def key_only(self) -> tuple[str, ...]:
        """The fields that are stored in the key alone."""
        return tuple(info.name for info in self.codec.fields.values() if info.key_only)

    def completed(self, raw: Any) -> bytes | Raw:
        """Return a stored item with the fields that only its key tells."""
        return with_key_fields(self.plan, self.codec, raw) if self.key_only else raw

    def unfit(self, raw: Any, error: MisfitError, shape: str) -> StoredItemError:
        """Return the error for a stored item that does not fit what it is read as."""
        return self.stored_item_error(attributes_in(raw), error.failures, shape)

    def check_tag(self, raw: Any) -> None:
        """Refuse an item that another entity has written."""
        attribute = self.table.entity_attribute
        if attribute is None:
            return
        stored = attributes_in(raw).get(attribute)
        if stored != {"S": self.name}:
            found = "nothing stored" if stored is None else f"stored {readable(stored)!r}"
            raise MisfitError([FieldFailure(attribute, f"entity {self.name!r}", found)])

    @cached_property
    def tag(self) -> str | None:
        """What names the entity on its items, as a member in DynamoDB JSON; `None` where items carry no name."""
        attribute = self.table.entity_attribute
        return None if attribute is None else f'{quote(attribute)}:{{"S":{quote(self.name)}}}'

    def key_attributes(self, index: IndexPart | None = None) -> tuple[str, ...]:
        """Return the attributes that tell items apart, in the table or in an index of it."""
        tag = self.table.entity_attribute
        given_type = (tag,) if tag is not None and (index is None or index.holds(tag)) else ()
        return tuple(dict.fromkeys((*self.table.key_names, *(index.key_names if index else ()), *given_type)))

    def stored_item_error(
        self, item: Mapping[str, Any], failures: tuple[FieldFailure, ...], shape: str
    ) -> StoredItemError:
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
    Entities that are read together, made by `users | orders`.

    Example:
        >>> (users | orders).names
        ('User', 'Order')

    """

    entities: tuple[EntityModel[Any], ...]
    """The entities, in order."""

    def __post_init__(self) -> None:
        if len(set(self.names)) < len(self.names):
            raise UsageError(f"entities that are read together need different names, not {', '.join(self.names)}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names their items carry."""
        return tuple(entity.name for entity in self.entities)

    def __or__(self, other: HasSchema[T]) -> EntityGroup[S_co | T]:
        return EntityGroup((*self.entities, _entity(other)))


def attributes_beside(table: TableModel, plan: KeyPlan) -> frozenset[str]:
    """Return the attributes of an entity's items that are there whatever the fields: keys, and the entity's name."""
    given_type = () if table.entity_attribute is None else (table.entity_attribute,)
    return frozenset((*table.key_names, *plan.attributes, *given_type))


def model_of(given: Any) -> EntityModel[Any] | None:
    """Return the model of an entity; `None` for anything else."""
    model = getattr(given, "__model__", given)
    return model if isinstance(model, EntityModel) else None  # pyright: ignore[reportUnknownVariableType]  # any will do


def _entity(given: Any) -> EntityModel[Any]:
    model = model_of(given)
    if model is None:
        raise UsageError(f"entities are read together with other entities, not with {given_type(given)}")
    return model


def together(entities: Iterable[Any]) -> EntityGroup[Any]:
    """Return entities, to be read together."""
    return EntityGroup(tuple(map(_entity, entities)))
