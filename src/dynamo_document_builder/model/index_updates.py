"""
What an update does to keys: an index key follows the fields it is built from, or the update is refused.

An update that changed a field and left an index key as it was would make the index lie, silently and for good.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.changes import Assign, Change, Remove
from dynamo_document_builder.expressions.paths import NODES
from dynamo_document_builder.model.views import UNKNOWN, MissingFieldError, UnknownFieldError, view_of
from dynamo_document_builder.schema.members import value_of
from dynamo_document_builder.schema.misfit import MisfitError
from dynamo_document_builder.wire.guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.index_plans import IndexPart

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


@define
class IndexUpdates:
    """The index attributes an update has to write (DynamoDB JSON) or remove, and what stands in its way."""

    written: dict[str, str] = field(factory=dict[str, str])
    begun: dict[str, str] = field(factory=dict[str, str])
    """Written where they are missing."""
    removed: list[str] = field(factory=list[str])
    problems: list[str] = field(factory=list[str])


@frozen
class Subject:
    """The item an update is about, as far as the command knows it."""

    entity: EntityModel[Any]
    key: object
    may_create: bool
    """Whether the update may create the item."""
    kept: Mapping[str, Any] = _NONE
    """The new values of fields that the library changes by itself."""
    born: Mapping[str, Any] = _NONE
    """The values that it gives an item which the update creates."""

    def known(self) -> Mapping[str, Any]:
        """Return the fields the command was given to find the item by."""
        if is_mapping(self.key):
            return self.key
        fields = self.entity.codec.fields.values()
        known = {info.name: value_of(self.key, info.name) for info in fields}
        # An object that was never read back does not tell when its item was created.
        return {info.name: known[info.name] for info in fields if known[info.name] is not None or info.role is None}

    def key_fields(self) -> dict[str, Any]:
        """Return those the primary key is built of, and which are stored beside it; and what tells a union's class."""
        plan = self.entity.plan
        wanted = plan.primary_reads.union((self.entity.codec.tag,)) - {part.field for part in plan.primary}
        return {name: value for name, value in self.known().items() if name in wanted and value is not None}


def index_updates(subject: Subject, changes: Sequence[Change]) -> IndexUpdates:
    """Work out the index attributes that follow from the changes."""
    updates = IndexUpdates()
    touched = _touched(changes)
    _refuse_keys(subject.entity, touched, updates)
    touched.update(subject.kept)
    fixed = subject.key_fields() if subject.may_create else {}
    for index in subject.entity.plan.indexes:
        if not any(part.written for part in index.parts):
            continue
        changed = [name for name in touched if name in index.reads]
        if changed or (subject.may_create and index.reads <= fixed.keys()):
            _follow(subject, {**subject.known(), **touched}, index, changed, updates)
        elif subject.born and index.reads <= {**fixed, **subject.born}.keys():
            _begin(subject, {**fixed, **subject.born}, index, updates)
    return updates


def _begin(subject: Subject, known: Mapping[str, Any], index: IndexPart, updates: IndexUpdates) -> None:
    # Neither key nor creation ever changes: an item that is in the index stays where it is, a new one comes into it.
    begun = IndexUpdates(problems=updates.problems)
    _follow(subject, known, index, (), begun)
    updates.begun.update(begun.written)


def _touched(changes: Sequence[Change]) -> dict[str, Any]:
    # Two changes of one field are an overlap, refused elsewhere; what a nested path leaves of a field is not known.
    touched: dict[str, Any] = {}
    for change in changes:
        name = change.path.segments[0] if change.path.segments else None
        if isinstance(name, str):
            touched[name] = _new_value(change)
    return touched


def _new_value(change: Change) -> Any:
    if len(change.path.segments) == 1 and isinstance(change, Remove):
        return None
    if len(change.path.segments) == 1 and isinstance(change, Assign) and not isinstance(change.value, NODES):
        return change.value
    return UNKNOWN


def _refuse_keys(entity: EntityModel[Any], touched: Mapping[str, Any], updates: IndexUpdates) -> None:
    for name in touched:
        if name in entity.plan.primary_reads:
            updates.problems.append(
                f"{name!r} is part of the key and cannot be updated: delete the item and put it under its new key"
            )
        elif name in entity.plan.attributes and name not in entity.codec.fields:
            updates.problems.append(f"{name!r} is a key attribute: it follows from the fields it is built from")


def _follow(
    subject: Subject, known: Mapping[str, Any], index: IndexPart, changed: Sequence[str], updates: IndexUpdates
) -> None:
    try:
        texts = index.texts(view_of(subject.entity.codec, known))
    except UnknownFieldError as unknown:
        kept = unknown.field in subject.kept
        advice = "give the version that was read in key=, and let it be checked" if kept else "assign it a plain value"
        updates.problems.append(
            f"index {index.name!r} is built from {unknown.field!r}, whose new value only DynamoDB would know: {advice}"
        )
    except MissingFieldError as missing:
        updates.problems.append(
            f"changing {', '.join(map(repr, changed))} changes index {index.name!r}, which is also built from "
            f"{missing.field!r}: give that field in key= or in updates="
        )
    except (MisfitError, UsageError) as error:
        updates.problems.append(f"index {index.name!r}: {error}")
    else:
        _apply(index, texts, updates)


def _apply(index: IndexPart, texts: tuple[str, ...] | None, updates: IndexUpdates) -> None:
    for position, part in enumerate(index.parts):
        if not part.written:
            continue
        if texts is None:
            updates.removed.append(part.attribute)
        else:
            updates.written[part.attribute] = texts[position]
