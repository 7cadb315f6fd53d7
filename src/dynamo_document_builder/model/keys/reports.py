"""Reports on keys, for `explain_keys`, `parse_key` and `check_keys`."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import suggestion
from dynamo_document_builder.model.keys.templates.collisions import collision
from dynamo_document_builder.wire.json.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.keys.attributes import KeyAttribute


class KeyNote(Struct, frozen=True):
    """The description of one key attribute."""

    attribute: str
    """The name of the attribute."""
    found: str
    """The source of the key, such as `template USER#{user_id}` or `function: it compares 'status'`."""
    index: str | None = None
    """The name of the index; `None` for the primary key."""
    reads: frozenset[str] | None = None
    """The fields that the key depends on; `None` means any field."""

    def __str__(self) -> str:
        return f"{self.attribute}  {self.found}" + ("" if self.index is None else f"  (index {self.index})")


class KeyNotes(tuple[KeyNote, ...]):
    """The descriptions of all key attributes of an entity; `str()` gives one line per attribute."""

    __slots__ = ()

    def __str__(self) -> str:
        width = max(len(note.attribute) for note in self)
        return "\n".join(f"{note.attribute:<{width}}{str(note)[len(note.attribute) :]}" for note in self)


def explained_keys(entity: EntityModel[Any]) -> KeyNotes:
    """Return the descriptions of all key attributes of an entity."""
    plan = entity.plan
    own = [_note(part, None) for part in plan.primary]
    return KeyNotes([*own, *(_note(part, index.name) for index in plan.indexes for part in index.parts)])


def _note(part: KeyAttribute, index: str | None) -> KeyNote:
    found = f"field {part.field}" if part.field is not None else part.source.described
    if part.when:
        found += f", when {' and '.join(f'{name}={value!r}' for name, value in part.when)}"
    return KeyNote(part.attribute, found, index, part.reads)


def parsed_key(entity: EntityModel[Any], key: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a stored key; *key* maps key attributes to Python values."""
    names = entity.table.key_names
    for name in key:
        if name not in names:
            raise UsageError(f"parse_key({entity.name}): {name!r} is not a key attribute; {suggestion(name, names)}")
    found: dict[str, Any] = {}
    for part in entity.plan.primary:
        if part.attribute in key:
            found.update(_parsed(entity, part, key[part.attribute]))
    return found


def _parsed(entity: EntityModel[Any], part: KeyAttribute, value: Any) -> dict[str, Any]:
    template = part.template
    if template is None:
        if part.field is not None:
            return {part.field: value}
        raise UsageError(
            f"parse_key({entity.name}): no field can be read from {part.attribute} ({part.source.described}); "
            "write it as a template"
        )
    is_text = isinstance(value, str)
    if is_text == template.is_number:
        expected = "a number" if template.is_number else "text"
        raise UsageError(
            f"parse_key({entity.name}): {part.attribute} is {expected}, not of type {type(value).__name__}"
        )
    found = template.parse(value if is_text else number_text(value))
    if found is None:
        raise UsageError(f"parse_key({entity.name}): {part.attribute} is not a key that {template} builds")
    return found


def collision_reports(entities: Iterable[EntityModel[Any]]) -> tuple[str, ...]:
    """Return a text for each pair of entities that can build the same key, and for each key that cannot be compared."""
    known = list(entities)
    found = [(one, other, shared_key(one, other)) for one, other in combinations(known, 2)]
    functions = [(one, part) for one in known for part in one.plan.primary if part.template is None]
    return (
        *(
            f"{one.name} and {other.name} can both build the key {key}: an item of one replaces an item of the other"
            for one, other, key in found
            if key is not None
        ),
        *(
            f"{one.name} cannot be compared: its {part.attribute} is not a template ({part.source.described})"
            for one, part in functions
            if len(known) > 1
        ),
    )


def shared_key(one: EntityModel[Any], other: EntityModel[Any]) -> str | None:
    """Return a primary key that both entities can build, as text; `None` if no such key is known."""
    found = list[str]()
    for mine, theirs in zip(one.plan.primary, other.plan.primary, strict=True):
        if mine.template is None or theirs.template is None:
            return None
        key = collision(mine.template, theirs.template)
        if key is None:
            return None
        found.append(f"{mine.attribute}={key!r}")
    return " ".join(found)
