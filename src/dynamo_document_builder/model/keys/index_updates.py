"""
Maintenance of index keys by an update.

After an update, every index key attribute equals the value that the whole item builds. If the library cannot guarantee
this for an attribute, it refuses the update.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.tree.changes import Assign, Change, Remove
from dynamo_document_builder.expressions.tree.paths import NODES
from dynamo_document_builder.model.keys.defaults import defaults_of
from dynamo_document_builder.model.keys.known_fields import UNKNOWN, MissingFieldError, field_value
from dynamo_document_builder.model.keys.templates.template import may_be_none
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.keys.attributes import KeyAttribute
    from dynamo_document_builder.model.managed.expected_state import Mode

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


@frozen
class Subject:
    """The item of an update, as far as the command knows it."""

    entity: EntityModel[Any]
    key: object
    mode: Mode
    managed: Mapping[str, Any] = _NONE
    """The new values of the managed fields."""
    initial: Mapping[str, Any] = _NONE
    """The values of managed fields that only a new item gets."""

    @property
    def may_create(self) -> bool:
        """True if the update may create the item."""
        return self.mode != "update"

    def given(self) -> Mapping[str, Any]:
        """Return the fields of `key=`."""
        if is_mapping(self.key):
            return self.key
        fields = self.entity.codec.fields.values()
        known = {info.name: field_value(self.key, info.name) for info in fields}
        # In an object that was never read back, a managed field such as `created_at` may be unset.
        return {info.name: known[info.name] for info in fields if known[info.name] is not None or info.role is None}

    def determined(self) -> dict[str, Any]:
        """Return the fields that the primary key determines: the stored item has the same values."""
        determined = self.entity.plan.determined
        return {name: value for name, value in self.given().items() if name in determined}

    def key_fields(self) -> dict[str, Any]:
        """Return the fields of the primary key that are also stored as attributes, and the discriminator of a union."""
        entity = self.entity
        given = self.given()
        stored_apart = {part.field for part in entity.plan.primary} | {
            info.name for info in entity.codec.fields.values() if info.key_only
        }
        wanted = entity.plan.fields_used(given).union((entity.codec.discriminator,)) - stored_apart
        return {name: value for name, value in given.items() if name in wanted and value is not None}


@define
class KeyWrites:
    """The key attributes that an update must set or remove, and the problems."""

    written: dict[str, str] = field(factory=dict[str, str])
    """Attributes to set, in DynamoDB JSON."""
    if_missing: dict[str, str] = field(factory=dict[str, str])
    """Attributes to set only if they are missing, in DynamoDB JSON."""
    removed: list[str] = field(factory=list[str])
    guards: dict[str, Any] = field(factory=dict[str, Any])
    """Fields known only from `key=`; the condition of the update checks their stored values."""
    problems: list[str] = field(factory=list[str])


def key_writes(subject: Subject, changes: Sequence[Change]) -> KeyWrites:
    """Return the changes of all key attributes that follow from an update."""
    return _Maintenance(subject, changes).writes()


@define
class _Maintenance:
    """One update, with the fields that are known before and after it."""

    subject: Subject
    changes: Sequence[Change]
    touched: dict[str, Any] = field(init=False)
    """The new values of the fields that change."""
    determined: dict[str, Any] = field(init=False)
    """The fields that the primary key determines."""
    initial: dict[str, Any] = field(init=False)
    """The fields of an item that the update creates."""
    out: KeyWrites = field(factory=KeyWrites)

    def __attrs_post_init__(self) -> None:
        subject = self.subject
        self.touched = {**_touched(subject.entity, self.changes), **subject.managed}
        self.determined = subject.determined()
        self.initial = {}
        if subject.may_create:
            given = subject.given()
            defaults = defaults_of(subject.entity.codec.codec_for(given))
            self.initial = {**defaults, **subject.key_fields(), **self.determined, **subject.initial, **self.touched}

    def writes(self) -> KeyWrites:
        """Return the key writes of the update."""
        plan = self.subject.entity.plan
        self._refuse_keys()
        for part in plan.index_attributes:
            if part.is_separate:
                self._attempt(part)
            elif part.field in self.touched:
                self._check_field(part)
            elif part.field is not None and self.subject.may_create:
                self._set_field_if_missing(part, part.field)
        return self.out

    def _refuse_keys(self) -> None:
        entity = self.subject.entity
        fields_used = entity.plan.fields_used(self.subject.given())
        for name in _touched(entity, self.changes):
            if name in fields_used:
                self.out.problems.append(
                    f"{name!r} is part of the key and cannot be updated: delete the item and put it under its new key"
                )
            elif name in entity.plan.attributes and name not in entity.codec.fields:
                self.out.problems.append(f"{name!r} is a key attribute: update the fields that it is built from")

    def _check_field(self, part: KeyAttribute) -> None:
        value = self.touched[str(part.field)]
        if value is None or value is UNKNOWN:
            return
        try:
            part.field_text(value)
        except UsageError as error:
            self.out.problems.append(str(error))
        except MisfitError:  # rendering the change reports the value
            return

    def _set_field_if_missing(self, part: KeyAttribute, name: str) -> None:
        """Write the default of a field that is an index key: without the attribute, the item is not in the index."""
        value = self.initial.get(name)
        if name not in self._stored_anyway() and value is not None:
            self.out.if_missing[part.attribute] = part.field_text(value)

    def _attempt(self, part: KeyAttribute) -> None:
        changed = [name for name in self.touched if part.reads is None or name in part.reads]
        try:
            if self.subject.mode == "create":
                self._set(part, part.build_from(self.initial)[0])
            elif changed:
                self._follow(part)
            elif self.subject.mode == "upsert":
                self._set_if_missing(part)
        except MissingFieldError as missing:
            if changed or self.subject.mode == "create" or not self._is_required(missing.field):
                self.out.problems.append(self._lacking(part, missing.field, changed))
        except (MisfitError, UsageError) as error:
            self.out.problems.append(_problem(part, error))

    def _is_required(self, name: str) -> bool:
        """Return True if every valid item has the field. An item created without the field is then not valid."""
        info = self.subject.entity.codec.fields.get(name)
        return info is not None and not info.may_be_absent

    def _follow(self, part: KeyAttribute) -> None:
        """Recompute an attribute that is built from a changed field."""
        given = self.subject.given()
        text, fields_used = part.build_from({**given, **self.determined, **self.touched})
        guarded = fields_used - self.determined.keys() - self.touched.keys()
        if guarded and self.subject.mode == "upsert":
            raise UsageError(
                f"it follows from {min(guarded)!r}, which is given in key= only, and an update that may create the "
                "item cannot check it: give it in updates=, or add condition=item_exists()"
            )
        # Check fields from `key=` even if no changed field was used: the result depends on their values.
        self.out.guards.update({name: given[name] for name in sorted(guarded)})
        if fields_used & self.touched.keys() or self.subject.mode == "upsert":
            self._set(part, text)

    def _set_if_missing(self, part: KeyAttribute) -> None:
        """Set an attribute that an existing item already has and a new item needs."""
        text, fields_used = part.build_from(self.initial)
        if fields_used <= self.determined.keys():
            self._set(part, text)
        elif text is not None:
            self._check_always(part, fields_used)
            self.out.if_missing[part.attribute] = text

    def _check_always(self, part: KeyAttribute, fields_used: frozenset[str]) -> None:
        """Refuse an attribute that an existing item may correctly be without."""
        fields = self.subject.entity.codec.fields
        uncertain = sorted(name for name in fields_used - self._stored_anyway() if may_be_none(fields[name]))
        if not uncertain and part.exact_template is not None and not part.when:
            return
        either = "add condition=item_exists() or item_not_exists()"
        if not uncertain:
            raise UsageError(f"a function decides whether an item has it: write it as a template, or {either}")
        raise UsageError(
            f"a new item would have it, by the default of {uncertain[0]!r}, and an item that exists may be without it: "
            f"give the field in updates=, or {either}"
        )

    def _stored_anyway(self) -> set[str]:
        """Return the fields that every item has after the update, because the update sets missing ones."""
        return self.determined.keys() | self.subject.initial.keys() | self.subject.key_fields().keys()

    def _set(self, part: KeyAttribute, text: str | None) -> None:
        if text is None:
            self.out.removed.append(part.attribute)
        else:
            self.out.written[part.attribute] = text

    def _lacking(self, part: KeyAttribute, name: str, changed: Sequence[str]) -> str:
        if name in self.touched:
            advice = "assign it a plain value"
            if name in self.subject.managed:
                advice = "give the version that was read in key=, and let it be checked"
            return f"{part.attribute} follows from {name!r}, whose new value only DynamoDB would know: {advice}"
        if self.subject.mode == "create" or not changed:
            return (
                f"{part.attribute} of a new item follows from {name!r}, which has no default: give it in updates=, or "
                "add condition=item_exists()"
            )
        verb = "may change" if part.reads is None else "changes"
        declare = ", or declare computed(..., reads=[...])" if part.reads is None else ""
        return (
            f"changing {', '.join(map(repr, changed))} {verb} {part.attribute}, which also reads {name!r}: give "
            f"{name!r} in updates=, or in key=, where it is checked{declare}"
        )


def _problem(part: KeyAttribute, error: Exception) -> str:
    text = str(error)
    return text if part.attribute in text else f"{part.attribute}: {text}"


def _touched(entity: EntityModel[Any], changes: Sequence[Change]) -> dict[str, Any]:
    # The rendering refuses two changes of one field. A change of a nested path makes the value of the field unknown.
    touched: dict[str, Any] = {}
    for change in changes:
        name = change.path.segments[0] if change.path.segments else None
        if isinstance(name, str):
            touched[name] = _new_value(entity, name, change)
    return touched


def _new_value(entity: EntityModel[Any], name: str, change: Change) -> Any:
    if len(change.path.segments) != 1:
        return UNKNOWN
    if isinstance(change, Remove):
        return _without(entity, name)
    if isinstance(change, Assign) and not isinstance(change.value, NODES):
        return change.value
    return UNKNOWN


def _without(entity: EntityModel[Any], name: str) -> Any:
    """Return the value that an item has if the attribute of the field is removed."""
    info = entity.codec.fields.get(name)
    if info is None or info.optional or not info.has_default or info.missing:
        return None
    return defaults_of(entity.codec).get(name, UNKNOWN)
