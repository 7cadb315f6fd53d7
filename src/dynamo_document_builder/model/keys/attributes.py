"""One attribute of a key: where it is stored, what builds it, and how its values are written."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.errors.texts import given_type, suggestion
from dynamo_document_builder.model.keys.known_fields import UNKNOWN, check_known, held
from dynamo_document_builder.model.keys.sources import (
    Computed,
    FromComputed,
    FromField,
    FromFunction,
    FromTemplate,
    unknown_name,
)
from dynamo_document_builder.model.keys.templates.code import ABSENT, Write, Written, attribute_writer, taken_of
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
"""Fields and the values that they must have for an item to be in an index."""


class KeyAttribute(Struct, frozen=True, eq=False, dict=True):
    """One attribute of a key."""

    codec: Codec[Any]
    attribute: str
    source: Source
    limit: int
    """How many bytes DynamoDB allows."""
    field: str | None = None
    """The schema's own field that is this attribute; without one the attribute is written beside the fields."""
    when: When = ()
    is_tag: bool = False
    """Whether it is the name of the entity, which the item carries anyway."""

    @property
    def written(self) -> bool:
        """Whether it is written as a key beside the fields."""
        return self.field is None and not self.is_tag

    @cached_property
    def quoted(self) -> str:
        return quote(self.attribute)

    @property
    def template(self) -> KeyTemplate | None:
        """What its keys look like, if that is known."""
        return self.source.template

    def template_given(self, values: Mapping[str, Any]) -> KeyTemplate | None:
        """Return what the keys of items with these fields look like: those of a union may tell the class."""
        source = self.source
        return source.template_given(values) if isinstance(source, FromFunction) else source.template

    @cached_property
    def reads(self) -> frozenset[str] | None:
        """The fields it depends on; `None`: any."""
        reads = self.source.reads
        return None if reads is None else reads.union(name for name, _ in self.when)

    @cached_property
    def told(self) -> frozenset[str]:
        """The fields whose values a stored key tells."""
        if self.field is not None:
            return frozenset((self.field,))
        return frozenset[str]() if self.template is None else self.template.told

    @property
    def quick(self) -> Written | None:
        """The template that generated code writes; `None` where there is none, or the codec of a field writes it."""
        found = self.as_template
        if found is None or not isinstance(self.source, FromFunction):
            return found
        return None if found.template.is_number else replace(found, build=self.source.build)

    @cached_property
    def exact_template(self) -> KeyTemplate | None:
        """The template that alone builds the key, whether it was given or is what a function was found to be."""
        source = self.source
        if isinstance(source, FromTemplate):
            return source.template
        return source.template if isinstance(source, FromFunction) and source.is_template else None

    @property
    def is_whole(self) -> bool:
        """Whether only a whole item tells it: a function that depends on more than the fields that it takes."""
        return isinstance(self.source, FromFunction) and self.source.learnt.is_whole

    @property
    def as_template(self) -> Written | None:
        """The template that builds the key where only its fields are known."""
        if self.exact_template is None or self.when or not self._is_text:
            return None
        return Written(self.attribute, self.exact_template, self.limit)

    @property
    def is_number(self) -> bool:
        """Whether it is a field that is stored as a number."""
        return self.field is not None and self.codec.fields[self.field].kind.is_number

    @property
    def is_verbatim(self) -> bool:
        """Whether it is a field that is read as it is stored, so that no two stored values give one item."""
        if self.field is None:
            return False
        kind = self.codec.fields[self.field].kind
        # Of numbers DynamoDB keeps the value; a date, a UUID or a codec's text may be read from several texts.
        return bool(kind.choices) or kind.python in {str, bytes} or (kind.is_number and kind.python is not datetime)

    def is_same(self, other: KeyAttribute) -> bool:
        """Tell whether another attribute has the same keys."""
        if self.when != other.when or self.written != other.written:
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
        """Return the attribute of a whole item as DynamoDB JSON; `None` where it has none."""
        found = self._write(item)
        if found is None:
            found = self._slow_text(item)
        return None if found is None or found is ABSENT else found

    @cached_property
    def _write(self) -> Write:
        quick = self.quick if isinstance(self.source, FromTemplate) else None
        if quick is None or _may_lack(self.codec, quick.template):
            return self._slow_text
        return attribute_writer(quick, taken_of(is_dict=self.codec.item_class is dict))

    def _slow_text(self, item: Any) -> str | None:
        if not all(held(item, name) == value for name, value in self.when):
            return None
        value = self.source.of_item(item)
        return None if value is None else self.wire_text(value)

    def of_known(self, values: Mapping[str, Any]) -> tuple[str | None, frozenset[str]]:
        """
        Return the attribute as DynamoDB JSON, built from the fields that are known, and the fields it was built from.

        Raises `MissingFieldError` for a field that is not known.
        """
        for name, value in self.when:  # one that differs decides it, whatever the others are
            known = values.get(name, UNKNOWN)
            if known is not UNKNOWN and known != value:
                return None, frozenset((name,))
        for name, _ in self.when:
            check_known(values, name)
        text, made_of = self.sought(values)
        return text, made_of.union(name for name, _ in self.when)

    def sought(self, values: Mapping[str, Any]) -> tuple[str | None, frozenset[str]]:
        """Do the same for items that are in the index, whatever keeps others out of it."""
        found, made_of = self.source.of_known(values)
        return (None if found is None else self.wire_text(found)), made_of

    def wire_text(self, value: Any) -> str:
        """Return a key as DynamoDB JSON: the text of a template, or the value that a function or a field gives."""
        if self.field is not None and not isinstance(self.source, FromTemplate):
            return self.field_text(value)
        if self.template is not None and self.template.is_number and type(value) is str:
            return key_attribute(read_decimal(value), self.attribute, self.limit)
        return key_attribute(value, self.attribute, self.limit)

    def check(self, item: Any) -> None:
        """Refuse an item whose field, which is this attribute, DynamoDB does not take as a key."""
        value = held(item, str(self.field))
        if value is None or (type(value) is str and value.isascii() and 0 < len(value) <= self.limit):
            return
        self.field_text(value)

    def field_text(self, value: Any) -> str:
        """Return a value of the field that is this attribute, checked as a key, as DynamoDB JSON."""
        return checked_key(self.codec.encode_field(str(self.field), value), self.attribute, self.limit)


def _is_computed(given: object) -> TypeGuard[Computed[Any]]:
    return isinstance(given, Computed)


def _may_lack(codec: Codec[Any], template: KeyTemplate) -> bool:
    """Tell whether some items have no such attribute in Python: those of other classes of a union."""
    return any(codec.fields[name].missing_in for name in template.reads)


class AttributeMaker(Struct, frozen=True):
    """Makes and checks the key attributes of one entity."""

    entity: str
    table: TableModel
    codec: Codec[Any]

    def attribute(
        self, attribute: str, given: Any, argument: str, limit: int, *, sparse: bool = False, when: When = ()
    ) -> KeyAttribute:
        """Return a key attribute; *given* is what builds it, `None` for a field of the schema."""
        owner = next((info for info in self.codec.fields.values() if info.attribute == attribute), None)
        if given is None:
            return self._of_field(attribute, owner, argument, limit, sparse=sparse)
        if owner is not None:
            raise self.error(
                f"field {owner.name!r} is stored as {attribute!r}, which {argument}= writes too: "
                f"leave {argument}= out, or give the field an alias"
            )
        return KeyAttribute(self.codec, attribute, self._source(attribute, given, argument, sparse), limit, when=when)

    def check_key_only(self, told: Callable[[], frozenset[str]]) -> None:
        """Refuse a field that is stored in the key alone, if the key does not tell it."""
        for info in self.codec.fields.values():
            if info.key_only and info.name not in told():
                raise self.error(
                    f"field {info.name!r} is stored in the key alone (key_only=True), and the key does not tell it: "
                    f"write partition_key= or sort_key= as a template with {{{info.name}}}"
                )

    def constant(self, attribute: str, text: str, limit: int) -> KeyAttribute:
        """Return a key attribute that has one value in all items, and is written with them already."""
        template = KeyTemplate.of(template_text([text]), self.codec.fields)
        return KeyAttribute(self.codec, attribute, FromTemplate(template), limit, is_tag=True)

    def _source(self, attribute: str, given: Any, argument: str, sparse: bool) -> Source:  # noqa: FBT001  internal
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
        """Refuse a function that takes of the item what no item has, before the first item is written."""
        # Lazy import: templates need none of what runs functions.
        from dynamo_document_builder.model.keys.learning.partial_runs import run_partly  # noqa: PLC0415

        try:
            run_partly(function, self.codec, {})
        except AttributeError as error:
            if error.obj is not None and not isinstance(error.obj, str | int | float | bytes):
                raise self.error(f"the function of {argument}= {unknown_name(error, self.codec)}") from None
        except Exception:  # noqa: BLE001, S110  it misses the fields, which are not given here
            pass

    def _of_field(
        self, attribute: str, owner: FieldInfo | None, argument: str, limit: int, *, sparse: bool
    ) -> KeyAttribute:
        if owner is None:
            raise self.error(
                f"it has no field stored as {attribute!r}: give {argument}= a template, or the table the name of a "
                "field"
            )
        if not sparse:
            self._check_present(owner)
        if not owner.kind.wire_types <= {"S", "N", "B"} or len(owner.kind.wire_types) != 1:
            raise self.error(
                f"field {owner.name!r} is part of a key: DynamoDB takes text, numbers or bytes there, always the same"
            )
        return KeyAttribute(self.codec, attribute, self._field_source(owner, sparse=sparse), limit, owner.name)

    def _field_source(self, owner: FieldInfo, *, sparse: bool) -> Source:
        spec = ":number" if owner.kind.stored_type == "N" else ":rest" if owner.kind.python is str else ""
        if owner.kind.stored_type == "S" and owner.kind.python is None and not owner.kind.choices:
            spec = ":rest"
        try:
            return FromTemplate(KeyTemplate.of(f"{{{owner.name}{spec}}}", self.codec.fields, sparse=sparse))
        except DefinitionError:  # of bytes there is no text: the codec writes them
            return FromField(owner.name)

    def _check_present(self, owner: FieldInfo) -> None:
        """Refuse a field that an item may lack in the primary key, which every item has."""
        if owner.missing_in:
            lacking = " and ".join(owner.missing_in)
            raise self.error(f"field {owner.name!r} is part of the key, so {lacking} has to have it too")
        if owner.missing:
            raise self.error(f"field {owner.name!r} is part of the key, so it has to be required")
        if owner.optional or owner.null:
            raise self.error(f"field {owner.name!r} is part of the key, so it cannot be optional")

    def error(self, text: str) -> DefinitionError:
        """Return the error of a key that cannot work."""
        return DefinitionError(f"entity {self.entity!r}: {text}")
