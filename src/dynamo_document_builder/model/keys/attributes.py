"""KeyAttribute: one attribute of a key, with its source and its encoding."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.errors.texts import given_type, suggestion
from dynamo_document_builder.model.keys.known_fields import UNKNOWN, check_known, field_value
from dynamo_document_builder.model.keys.sources import (
    Computed,
    FromComputed,
    FromField,
    FromFunction,
    FromTemplate,
    unknown_name,
)
from dynamo_document_builder.model.keys.templates.code import ABSENT, TemplatedKey, Write, attribute_writer, taken_of
from dynamo_document_builder.model.keys.templates.template import KeyTemplate, template_text
from dynamo_document_builder.model.keys.values import checked_key, key_attribute
from dynamo_document_builder.wire.json.numbers import read_decimal
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.model.keys.sources import Source
    from dynamo_document_builder.model.tables.table_model import TableModel
    from dynamo_document_builder.schema.items.registry import Codec
    from dynamo_document_builder.schema.kinds.base import FieldInfo

When: TypeAlias = tuple[tuple[str, Any], ...]
"""The fields of `when=`, with the values that an item must have to be in the index."""


class KeyAttribute(Struct, frozen=True, eq=False, dict=True):
    """One attribute of a key."""

    codec: Codec[Any]
    attribute: str
    """The name of the attribute."""
    source: Source
    """The template, field or function that builds the value."""
    limit: int
    """The maximum size in bytes."""
    field: str | None = None
    """The field that is stored as this attribute; `None` if the attribute is stored in addition to the fields."""
    when: When = ()
    is_entity_attribute: bool = False
    """True if the attribute is the entity attribute, which items have anyway."""

    @property
    def is_separate(self) -> bool:
        """True if the attribute is stored in addition to the fields of the schema."""
        return self.field is None and not self.is_entity_attribute

    @cached_property
    def quoted(self) -> str:
        return quote(self.attribute)

    @property
    def template(self) -> KeyTemplate | None:
        """The template of the key, or `None` if the key is not a template."""
        return self.source.template

    def template_given(self, values: Mapping[str, Any]) -> KeyTemplate | None:
        """Return the template of items with these fields. In a union, the fields can determine the class."""
        source = self.source
        return source.template_given(values) if isinstance(source, FromFunction) else source.template

    @cached_property
    def reads(self) -> frozenset[str] | None:
        """The fields that the key depends on; `None` means any field."""
        reads = self.source.reads
        return None if reads is None else reads.union(name for name, _ in self.when)

    @cached_property
    def determined(self) -> frozenset[str]:
        """The fields whose values can be read from a stored key."""
        if self.field is not None:
            return frozenset((self.field,))
        return frozenset[str]() if self.template is None else self.template.determined

    @property
    def code_template(self) -> TemplatedKey | None:
        """The template for generated code; `None` without one, or if a codec of a field must write the key."""
        found = self.fields_template
        if found is None or not isinstance(self.source, FromFunction):
            return found
        return None if found.template.is_number else replace(found, build=self.source.build)

    @cached_property
    def exact_template(self) -> KeyTemplate | None:
        """The template that fully describes the key: a given template, or the one that a function was found to be."""
        source = self.source
        if isinstance(source, FromTemplate):
            return source.template
        return source.template if isinstance(source, FromFunction) and source.is_template else None

    @property
    def needs_whole_item(self) -> bool:
        """True if the key can only be built from a whole item: the function depends on more than its fields."""
        return isinstance(self.source, FromFunction) and self.source.analysis.needs_whole_item

    @property
    def fields_template(self) -> TemplatedKey | None:
        """The template that can build the key from its fields alone."""
        if self.exact_template is None or self.when or not self._is_text:
            return None
        return TemplatedKey(self.attribute, self.exact_template, self.limit)

    @property
    def is_number(self) -> bool:
        """True if the attribute is a field of type N."""
        return self.field is not None and self.codec.fields[self.field].kind.is_number

    @property
    def is_verbatim(self) -> bool:
        """True if the attribute is a field whose stored form is unique: no two stored keys give equal items."""
        if self.field is None:
            return False
        kind = self.codec.fields[self.field].kind
        # DynamoDB normalizes numbers. A date, a UUID or the text of a codec can have several stored forms.
        return bool(kind.choices) or kind.python in {str, bytes} or (kind.is_number and kind.python is not datetime)

    def is_same(self, other: KeyAttribute) -> bool:
        """Return True if another attribute builds the same keys."""
        if self.when != other.when or self.is_separate != other.is_separate:
            return False
        one, two = self.source, other.source
        if self.exact_template is not None or other.exact_template is not None:
            return self.exact_template == other.exact_template
        if isinstance(one, FromComputed) and isinstance(two, FromComputed):
            return (one.build, one.reads) == (two.build, two.reads)
        return isinstance(one, FromFunction) and isinstance(two, FromFunction) and one.build is two.build

    @property
    def _is_text(self) -> bool:
        return self.field is None or self.codec.fields[self.field].kind.python is str

    def text(self, item: Any) -> str | None:
        """Return the attribute of a whole item in DynamoDB JSON, or `None` if the item does not have it."""
        found = self._write(item)
        if found is None:
            found = self._slow_text(item)
        return None if found is None or found is ABSENT else found

    @cached_property
    def _write(self) -> Write:
        code_template = self.code_template if isinstance(self.source, FromTemplate) else None
        if code_template is None or _may_lack(self.codec, code_template.template):
            return self._slow_text
        return attribute_writer(code_template, taken_of(is_dict=self.codec.item_class is dict))

    def _slow_text(self, item: Any) -> str | None:
        if not all(field_value(item, name) == value for name, value in self.when):
            return None
        value = self.source.build_from_item(item)
        return None if value is None else self.wire_text(value)

    def build_from(self, values: Mapping[str, Any]) -> tuple[str | None, frozenset[str]]:
        """
        Build the attribute from known fields. Return it in DynamoDB JSON, with the fields that were used.

        Raises `MissingFieldError` for a field that is not known.
        """
        for name, value in self.when:  # one different value is enough to keep the item out of the index
            known = values.get(name, UNKNOWN)
            if known is not UNKNOWN and known != value:
                return None, frozenset((name,))
        for name, _ in self.when:
            check_known(values, name)
        text, fields_used = self.build_for_query(values)
        return text, fields_used.union(name for name, _ in self.when)

    def build_for_query(self, values: Mapping[str, Any]) -> tuple[str | None, frozenset[str]]:
        """Build the attribute for a query, ignoring `when=`: a query looks only for items in the index."""
        found, fields_used = self.source.build_from(values)
        return (None if found is None else self.wire_text(found)), fields_used

    def wire_text(self, value: Any) -> str:
        """Return a key value in DynamoDB JSON: the text of a template, or the value of a function or field."""
        if self.field is not None and not isinstance(self.source, FromTemplate):
            return self.field_text(value)
        if self.template is not None and self.template.is_number and type(value) is str:
            return key_attribute(read_decimal(value), self.attribute, self.limit)
        return key_attribute(value, self.attribute, self.limit)

    def check(self, item: Any) -> None:
        """Refuse an item if the value of the field is not a valid key."""
        value = field_value(item, str(self.field))
        if value is None or (type(value) is str and value.isascii() and 0 < len(value) <= self.limit):
            return
        self.field_text(value)

    def field_text(self, value: Any) -> str:
        """Return a value of the field in DynamoDB JSON, checked as a key."""
        return checked_key(self.codec.encode_field(str(self.field), value), self.attribute, self.limit)


def _is_computed(given: object) -> TypeGuard[Computed[Any]]:
    return isinstance(given, Computed)


def _may_lack(codec: Codec[Any], template: KeyTemplate) -> bool:
    """Return True if some items of a union do not have all fields of the template."""
    return any(codec.fields[name].missing_in for name in template.reads)


class AttributeMaker(Struct, frozen=True):
    """Builds and checks the key attributes of one entity."""

    entity: str
    table: TableModel
    codec: Codec[Any]

    def attribute(
        self, attribute: str, given: Any, argument: str, limit: int, *, sparse: bool = False, when: When = ()
    ) -> KeyAttribute:
        """Return a key attribute; *given* is its template or function, `None` for a field of the schema."""
        owner = next((info for info in self.codec.fields.values() if info.attribute == attribute), None)
        if given is None:
            return self._of_field(attribute, owner, argument, limit, sparse=sparse)
        if owner is not None:
            raise self.error(
                f"field {owner.name!r} is stored as {attribute!r}, which {argument}= writes too: "
                f"leave {argument}= out, or give the field an alias"
            )
        return KeyAttribute(self.codec, attribute, self._source(attribute, given, argument, sparse), limit, when=when)

    def check_key_only(self, determined: Callable[[], frozenset[str]]) -> None:
        """Refuse a field with `key_only=True` if its value cannot be read from the key."""
        for info in self.codec.fields.values():
            if info.key_only and info.name not in determined():
                raise self.error(
                    f"field {info.name!r} is stored in the key alone (key_only=True), but cannot be read from the key: "
                    f"write partition_key= or sort_key= as a template with {{{info.name}}}"
                )

    def constant(self, attribute: str, text: str, limit: int) -> KeyAttribute:
        """Return a key attribute for the entity attribute, which has the same value in all items."""
        template = KeyTemplate.of(template_text([text]), self.codec.fields)
        return KeyAttribute(self.codec, attribute, FromTemplate(template), limit, is_entity_attribute=True)

    def _source(self, attribute: str, given: Any, argument: str, sparse: bool) -> Source:  # noqa: FBT001  private method
        if isinstance(given, str):
            return FromTemplate(self._template(given, argument, sparse=sparse))
        if _is_computed(given):
            return self._from_computed(attribute, given, argument)
        if not callable(given):
            raise self.error(
                f'{argument}= is a template such as "USER#{{user_id}}", a function over the item, or computed(...), '
                f"not {given_type(given)}"
            )
        self._check_names(given, argument)
        return FromFunction(self.codec, attribute, given)

    def _template(self, text: str, argument: str, *, sparse: bool) -> KeyTemplate:
        if text in self.codec.fields:
            raise self.error(
                f"{argument}={text!r} would be one key for all items: write {{{text}}}, in braces, for the value of "
                f"the field, or lambda _: {text!r} for this text"
            )
        try:
            template = KeyTemplate.of(text, self.codec.fields, sparse=sparse)
        except DefinitionError as error:
            raise self.error(f"{argument}=: {error}") from None
        for name in () if sparse else sorted(template.reads):
            self._check_present(self.codec.fields[name])
        return template

    def _from_computed(self, attribute: str, given: Computed[Any], argument: str) -> Source:
        for name in given.reads:
            if name not in self.codec.fields:
                raise self.error(
                    f"{argument}=computed(reads=...) names {name!r}, which is not a field; "
                    f"{suggestion(name, self.codec.fields)}"
                )
        return FromComputed(self.codec, attribute, given.build, frozenset(given.reads))

    def _check_names(self, function: Callable[[Any], Any], argument: str) -> None:
        """Refuse a function that reads an attribute that no item has. Report it when the entity is defined."""
        # Lazy import: only key functions need it.
        from dynamo_document_builder.model.keys.learning.partial_runs import run_partly  # noqa: PLC0415

        try:
            run_partly(function, self.codec, {})
        except AttributeError as error:
            if error.obj is not None and not isinstance(error.obj, str | int | float | bytes):
                raise self.error(f"the function of {argument}= {unknown_name(error, self.codec)}") from None
        except Exception:  # noqa: BLE001, S110  the function may fail without field values
            pass

    def _of_field(
        self, attribute: str, owner: FieldInfo | None, argument: str, limit: int, *, sparse: bool
    ) -> KeyAttribute:
        if owner is None:
            raise self.error(
                f"it has no field stored as {attribute!r}: give {argument}= a template, or name a field as the key "
                "attribute of the table"
            )
        if not sparse:
            self._check_present(owner)
        if not owner.kind.wire_types <= {"S", "N", "B"} or len(owner.kind.wire_types) != 1:
            raise self.error(
                f"field {owner.name!r} is part of a key, so all its values must be text, or all numbers, or all bytes"
            )
        return KeyAttribute(self.codec, attribute, self._field_source(owner, sparse=sparse), limit, owner.name)

    def _field_source(self, owner: FieldInfo, *, sparse: bool) -> Source:
        spec = ":number" if owner.kind.stored_type == "N" else ":rest" if owner.kind.python is str else ""
        if owner.kind.stored_type == "S" and owner.kind.python is None and not owner.kind.choices:
            spec = ":rest"
        try:
            return FromTemplate(KeyTemplate.of(f"{{{owner.name}{spec}}}", self.codec.fields, sparse=sparse))
        except DefinitionError:  # bytes have no text form: the codec writes them
            return FromField(owner.name)

    def _check_present(self, owner: FieldInfo) -> None:
        """Refuse a field in the primary key that an item may not have."""
        if owner.missing_in:
            lacking = " and ".join(owner.missing_in)
            raise self.error(f"field {owner.name!r} is part of the key, so {lacking} must have it too")
        if owner.missing:
            raise self.error(f"field {owner.name!r} is part of the key, so it must be required")
        if owner.optional or owner.null:
            raise self.error(f"field {owner.name!r} is part of the key, so it cannot be optional")

    def error(self, text: str) -> DefinitionError:
        """Return a `DefinitionError` that names the entity."""
        return DefinitionError(f"entity {self.entity!r}: {text}")
