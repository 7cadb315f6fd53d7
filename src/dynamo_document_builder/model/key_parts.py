"""One attribute of a key: how it is built, checked once where the entity is defined and run for every item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.model.keys import checked_key, key_attribute
from dynamo_document_builder.model.prefixes import KeyPrefix, open_fields
from dynamo_document_builder.model.views import MissingFieldError, fields_read, view_of
from dynamo_document_builder.wire.json import quote

if TYPE_CHECKING:
    from dynamo_document_builder.model.table_model import TableModel
    from dynamo_document_builder.schema.codec import Codec
    from dynamo_document_builder.schema.kinds.base import FieldInfo

S_contra = TypeVar("S_contra", contravariant=True)
Builder: TypeAlias = Callable[[S_contra], Any]


class Sought(Struct, frozen=True):
    """What is known of a key attribute that is looked for."""

    value: Any
    """As a builder gives it."""
    is_prefix: bool


class KeyPart(Struct, frozen=True, eq=False, dict=True):
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


class PartMaker(Struct, frozen=True):
    """Makes and checks the parts of one entity's keys."""

    entity: str
    table: TableModel
    codec: Codec[Any]

    def part(self, attribute: str, build: Builder[Any] | None, argument: str, limit: int) -> KeyPart:
        owner = next((info for info in self.codec.fields.values() if info.stored == attribute), None)
        if build is None and owner is None:
            raise self.error(
                f"it has no field stored as {attribute!r}: give {argument}= a builder, or the table the name of a field"
            )
        if build is None and owner is not None:
            self._check_key_field(owner, attribute)
            return KeyPart(self.codec, attribute, self._getter(owner), limit, owner.name)
        if owner is not None:
            raise self.error(
                f"field {owner.name!r} is stored as {attribute!r}, which {argument}= writes too: "
                "leave the builder out, or give the field an alias"
            )
        assert build is not None
        if not callable(build):
            raise self.error(f"{argument}= is a callable over the item, not {type(build).__name__}")
        return KeyPart(self.codec, attribute, build, limit)

    def _getter(self, owner: FieldInfo) -> Callable[[Any], Any]:
        if self.codec.item_class is dict:
            return partial(_member, owner.name) if owner.has_default else itemgetter(owner.name)
        return _where_there(owner.name) if owner.missing_in else attrgetter(owner.name)

    def _check_key_field(self, owner: FieldInfo, attribute: str) -> None:
        # An index attribute may be missing (a sparse index), one of the primary key may not.
        if owner.missing_in and attribute in self.table.key_names:
            lacking = " and ".join(owner.missing_in)
            raise self.error(f"field {owner.name!r} is part of the key, so {lacking} has to have it too")
        if attribute in self.table.key_names and owner.has_default and self.codec.item_class is dict:
            raise self.error(f"field {owner.name!r} is part of the key, so it has to be required")
        if owner.optional and attribute in self.table.key_names:
            raise self.error(f"field {owner.name!r} is part of the key, so it cannot be optional")
        if not owner.kind.tags <= {"S", "N", "B"} or len(owner.kind.tags) != 1:
            raise self.error(
                f"field {owner.name!r} is part of a key: DynamoDB takes text, numbers or bytes there, always the same"
            )

    def error(self, text: str) -> DefinitionError:
        return DefinitionError(f"entity {self.entity!r}: {text}")


def _where_there(field: str) -> Callable[[Any], Any]:
    """Return what reads a field that only some classes of a union have: the others stay out of the index."""
    return lambda item: getattr(item, field, None)


def _member(field: str, item: Any) -> Any:
    """Return what a dictionary has in a field that is not required."""
    return item.get(field)
