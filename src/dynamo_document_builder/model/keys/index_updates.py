"""
Upkeep of index keys by an update, each attribute on its own.

After an update every key attribute is what the whole item builds, or the update is refused: nothing is guessed.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.tree.changes import Assign, Change, Remove
from dynamo_document_builder.expressions.tree.paths import NODES
from dynamo_document_builder.model.keys.defaults import defaults_of
from dynamo_document_builder.model.keys.known_fields import UNKNOWN, MissingFieldError, held
from dynamo_document_builder.model.keys.templates.template import may_be_none
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.keys.attributes import KeyAttribute
    from dynamo_document_builder.model.writing.update_modes import Mode

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


@frozen
class Subject:
    """The item an update is about, as far as the command knows it."""

    entity: EntityModel[Any]
    key: object
    mode: Mode
    kept: Mapping[str, Any] = _NONE
    """The new values of fields that the library changes by itself."""
    born: Mapping[str, Any] = _NONE
    """The values that it gives an item which the update creates."""

    @property
    def may_create(self) -> bool:
        """Whether the update may create the item."""
        return self.mode != "update"

    def given(self) -> Mapping[str, Any]:
        """Return the fields the command was given to find the item by."""
        if is_mapping(self.key):
            return self.key
        fields = self.entity.codec.fields.values()
        known = {info.name: held(self.key, info.name) for info in fields}
        # An object that was never read back does not tell when its item was created.
        return {info.name: known[info.name] for info in fields if known[info.name] is not None or info.role is None}

    def told(self) -> dict[str, Any]:
        """Return those the primary key tells: there is no such item with other values in them."""
        told = self.entity.plan.told
        return {name: value for name, value in self.given().items() if name in told}

    def key_fields(self) -> dict[str, Any]:
        """Return those the primary key is built from and that are stored beside it, and what tells a union's class."""
        entity = self.entity
        given = self.given()
        stored_apart = {part.field for part in entity.plan.primary} | {
            info.name for info in entity.codec.fields.values() if info.key_only
        }
        wanted = entity.plan.made_of(given).union((entity.codec.discriminator,)) - stored_apart
        return {name: value for name, value in given.items() if name in wanted and value is not None}


@define
class KeyWrites:
    """The key attributes an update has to write (DynamoDB JSON) or remove, and what stands in its way."""

    written: dict[str, str] = field(factory=dict[str, str])
    begun: dict[str, str] = field(factory=dict[str, str])
    """Written where they are missing."""
    removed: list[str] = field(factory=list[str])
    guards: dict[str, Any] = field(factory=dict[str, Any])
    """Fields that were given with the key only; the condition says that they are stored so."""
    problems: list[str] = field(factory=list[str])


def key_writes(subject: Subject, changes: Sequence[Change]) -> KeyWrites:
    """Work out what becomes of each key attribute."""
    return _Upkeep(subject, changes).writes()


@define
class _Upkeep:
    """One update, and the fields that are known before and after it."""

    subject: Subject
    changes: Sequence[Change]
    touched: dict[str, Any] = field(init=False)
    """The new values of the fields that change."""
    told: dict[str, Any] = field(init=False)
    born: dict[str, Any] = field(init=False)
    """The fields of an item that the update creates."""
    out: KeyWrites = field(factory=KeyWrites)

    def __attrs_post_init__(self) -> None:
        subject = self.subject
        self.touched = {**_touched(subject.entity, self.changes), **subject.kept}
        self.told = subject.told()
        self.born = {}
        if subject.may_create:
            given = subject.given()
            defaults = defaults_of(subject.entity.codec.codec_for(given))
            self.born = {**defaults, **subject.key_fields(), **self.told, **subject.born, **self.touched}

    def writes(self) -> KeyWrites:
        """Return what the update has to do."""
        plan = self.subject.entity.plan
        self._refuse_keys()
        for part in plan.of_indexes:
            if part.written:
                self._attempt(part)
            elif part.field in self.touched:
                self._check_field(part)
            elif part.field is not None and self.subject.may_create:
                self._begin_field(part, part.field)
        return self.out

    def _refuse_keys(self) -> None:
        entity = self.subject.entity
        made_of = entity.plan.made_of(self.subject.given())
        for name in _touched(entity, self.changes):
            if name in made_of:
                self.out.problems.append(
                    f"{name!r} is part of the key and cannot be updated: delete the item and put it under its new key"
                )
            elif name in entity.plan.attributes and name not in entity.codec.fields:
                self.out.problems.append(f"{name!r} is a key attribute: it follows from the fields it is built from")

    def _check_field(self, part: KeyAttribute) -> None:
        value = self.touched[str(part.field)]
        if value is None or value is UNKNOWN:
            return
        try:
            part.field_text(value)
        except UsageError as error:
            self.out.problems.append(str(error))
        except MisfitError:  # where the change is rendered, it is said what does not fit
            return

    def _begin_field(self, part: KeyAttribute, name: str) -> None:
        """See to a field that is a key and has a default: an item without the attribute is not in the index."""
        value = self.born.get(name)
        if name not in self._stored_anyway() and value is not None:
            self.out.begun[part.attribute] = part.field_text(value)

    def _attempt(self, part: KeyAttribute) -> None:
        changed = [name for name in self.touched if part.reads is None or name in part.reads]
        try:
            if self.subject.mode == "create":
                self._set(part, part.of_known(self.born)[0])
            elif changed:
                self._follow(part)
            elif self.subject.mode == "upsert":
                self._begin(part)
        except MissingFieldError as missing:
            if changed or self.subject.mode == "create" or not self._is_required(missing.field):
                self.out.problems.append(self._lacking(part, missing.field, changed))
        except (MisfitError, UsageError) as error:
            self.out.problems.append(_about(part, error))

    def _is_required(self, name: str) -> bool:
        """Tell whether every item has a field: one that the update creates without it has no key of it either."""
        info = self.subject.entity.codec.fields.get(name)
        return info is not None and not info.may_be_absent

    def _follow(self, part: KeyAttribute) -> None:
        """Recompute an attribute that a changed field is part of."""
        believed = self.subject.given()
        text, made_of = part.of_known({**believed, **self.told, **self.touched})
        guarded = made_of - self.told.keys() - self.touched.keys()
        if guarded and self.subject.mode == "upsert":
            raise UsageError(
                f"it follows from {min(guarded)!r}, which is given in key= only, and an update that may create the "
                "item cannot check it: give it in updates=, or add condition=item_exists()"
            )
        # That no changed field is part of it may follow from what is only believed, too.
        self.out.guards.update({name: believed[name] for name in sorted(guarded)})
        if made_of & self.touched.keys() or self.subject.mode == "upsert":
            self._set(part, text)

    def _begin(self, part: KeyAttribute) -> None:
        """See to an attribute that an item which exists keeps, and one that is created needs."""
        text, made_of = part.of_known(self.born)
        if made_of <= self.told.keys():
            self._set(part, text)
        elif text is not None:
            self._check_always(part, made_of)
            self.out.begun[part.attribute] = text

    def _check_always(self, part: KeyAttribute, made_of: frozenset[str]) -> None:
        """Refuse an attribute that an item which exists may be without: writing it there would be wrong."""
        fields = self.subject.entity.codec.fields
        open_ = sorted(name for name in made_of - self._stored_anyway() if may_be_none(fields[name]))
        if not open_ and part.exact_template is not None and not part.when:
            return
        either = "add condition=item_exists() or item_not_exists()"
        if not open_:
            raise UsageError(f"a function decides whether an item has it: write it as a template, or {either}")
        raise UsageError(
            f"a new item would have it, by the default of {open_[0]!r}, and an item that exists may be without it: "
            f"give the field in updates=, or {either}"
        )

    def _stored_anyway(self) -> set[str]:
        """Return the fields that every item has after the update: it writes them where they are missing."""
        return self.told.keys() | self.subject.born.keys() | self.subject.key_fields().keys()

    def _set(self, part: KeyAttribute, text: str | None) -> None:
        if text is None:
            self.out.removed.append(part.attribute)
        else:
            self.out.written[part.attribute] = text

    def _lacking(self, part: KeyAttribute, name: str, changed: Sequence[str]) -> str:
        if name in self.touched:
            advice = "assign it a plain value"
            if name in self.subject.kept:
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


def _about(part: KeyAttribute, error: Exception) -> str:
    text = str(error)
    return text if part.attribute in text else f"{part.attribute}: {text}"


def _touched(entity: EntityModel[Any], changes: Sequence[Change]) -> dict[str, Any]:
    # Two changes of one field are an overlap, refused elsewhere; what a nested path leaves of a field is not known.
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
    """Return what an item has in a field that is not stored."""
    info = entity.codec.fields.get(name)
    if info is None or info.optional or not info.has_default or info.missing:
        return None
    return defaults_of(entity.codec).get(name, UNKNOWN)
