"""Carrying edits over to items as they are now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from attrs import evolve

from dynamo_document_builder.changesets.edits import Edit, item_of, wire_of
from dynamo_document_builder.changesets.stale import StaleChangesetError, StaleItem
from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import describe_item, given_type
from dynamo_document_builder.model.entities.rest_paths import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel

Take: TypeAlias = Literal["mine", "theirs"]


def rebased(edits: Iterable[Edit], error: Any, take: Take | None) -> tuple[Edit, ...]:
    """Return the edits with those that came too late as they are to begin now; one that has nothing left is gone."""
    if not isinstance(error, StaleChangesetError):
        raise UsageError(f"rebase takes the StaleChangesetError of the commit, not {given_type(error)}")
    _check(error.items, take)
    carried: list[Edit] = []
    for edit in edits:
        joined = edit
        for item in error.items:
            if item.places == edit.places:
                joined = _carried(joined, item, take)
        carried.append(joined)
    return tuple(edit for edit in carried if not edit.is_nothing)


def _check(stale: Iterable[StaleItem], take: Take | None) -> None:
    if take not in {None, "mine", "theirs"}:
        raise UsageError(f"take= is 'mine' or 'theirs', not {take!r}")
    colliding = [item for item in stale if item.collides]
    if take is None and colliding:
        raise UsageError(
            f"both sides changed the same, so take='mine' or take='theirs' has to say whose: {_all(colliding)}"
        )
    if take == "theirs":
        return
    if unfit := [item for item in colliding if item.item_error is not None]:
        raise UsageError(
            f"what is stored now does not fit its schema: {_all(unfit)}; correct the stored item, or give take='theirs'"
        )
    if standing := [item for item in colliding if item.is_in_the_way]:
        raise UsageError(
            f"an item is where another is to move: {_all(standing)}; delete or move it first, or give take='theirs'"
        )


def _all(items: Iterable[StaleItem]) -> str:
    return "; ".join(f"{describe_item(item.entity, item.key)}: {_where(item)}" for item in items)


def _where(item: StaleItem) -> str:
    if item.is_about_presence:
        return "whether the item is there" if item.item_error is None else "the whole item"
    return ", ".join(field.name for field in item.fields if field.collides)


def _carried(edit: Edit, item: StaleItem, take: Take | None) -> Edit:
    if take == "theirs" and (item.is_in_the_way or item.item_error is not None):
        return evolve(edit, base=None, mine=None)
    if item.theirs is None or edit.base is None or edit.mine is None:
        return evolve(edit, base=item.theirs, mine=item.theirs if take == "theirs" else edit.mine)
    mine = {field.name for field in item.fields if field.is_edited and not (field.collides and take == "theirs")}
    return evolve(edit, base=item.theirs, mine=_joined(edit, item.theirs, mine))


def _joined(edit: Edit, theirs: Any, mine: set[str]) -> Any:
    """Return their item with the fields that are mine; by what is stored, which every kind of schema can read."""
    stored, wanted = wire_of(edit.entity, theirs), wire_of(edit.entity, edit.mine)
    for name in mine:
        for attribute in _attributes(edit.entity, name, stored):
            stored.pop(attribute, None)
        for attribute in _attributes(edit.entity, name, wanted):
            stored[attribute] = wanted[attribute]
    key: dict[str, Any] = json.loads(edit.entity.encode_key(edit.mine))  # another one where it moves
    return item_of(edit.entity, {**stored, **key})


def _attributes(entity: EntityModel[Any], name: str, wire: Mapping[str, Any]) -> list[str]:
    info = entity.codec.fields.get(name)
    if info is not None and info.rest:
        return [str(path.segments[-1]) for path in paths_of(entity, info, wire)]
    # An extra has no field, and its name is that of its attribute.
    attribute = name if info is None else info.attribute
    return [attribute] if attribute in wire else []
