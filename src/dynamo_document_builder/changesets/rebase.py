"""Rebasing of edits onto the items as they are stored now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from attrs import evolve

from dynamo_document_builder.changesets.item_values import item_of, wire_of
from dynamo_document_builder.changesets.stale import StaleChangesetError, StaleItem
from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import describe_item, given_type
from dynamo_document_builder.model.entities.rest_paths import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.changesets.edits import Edit
    from dynamo_document_builder.model.entities.entity_model import EntityModel

Take: TypeAlias = Literal["mine", "theirs"]


def rebased(edits: Iterable[Edit], error: Any, take: Take | None) -> tuple[Edit, ...]:
    """
    Return the edits, with stale ones based on the stored items.

    An edit that no longer changes anything is removed.
    """
    if not isinstance(error, StaleChangesetError):
        raise UsageError(f"rebase takes the StaleChangesetError of the commit, not {given_type(error)}")
    _check(error.items, take)
    results: list[Edit] = []
    for edit in edits:
        result = edit
        for item in error.items:
            if item.places == edit.places:
                result = _rebase(result, item, take)
        results.append(result)
    return tuple(edit for edit in results if not edit.changes_nothing)


def _check(stale: Iterable[StaleItem], take: Take | None) -> None:
    if take not in {None, "mine", "theirs"}:
        raise UsageError(f"take= is 'mine' or 'theirs', not {take!r}")
    colliding = [item for item in stale if item.collides]
    if take is None and colliding:
        raise UsageError(f"both sides changed the same fields: {_all(colliding)}; give take='mine' or take='theirs'")
    if take == "theirs":
        return
    if unfit := [item for item in colliding if item.item_error is not None]:
        raise UsageError(
            f"the stored item does not fit its schema: {_all(unfit)}; correct the stored item, or give take='theirs'"
        )
    if standing := [item for item in colliding if item.is_in_the_way]:
        raise UsageError(
            f"the target key of a move already has an item: {_all(standing)}; delete or move that item first, or give "
            "take='theirs'"
        )


def _all(items: Iterable[StaleItem]) -> str:
    return ", ".join(f"{describe_item(item.entity, item.key)}: {_where(item)}" for item in items)


def _where(item: StaleItem) -> str:
    if item.is_about_presence:
        return "whether the item exists" if item.item_error is None else "the whole item"
    return ", ".join(field.name for field in item.fields if field.collides)


def _rebase(edit: Edit, item: StaleItem, take: Take | None) -> Edit:
    if take == "theirs" and (item.is_in_the_way or item.item_error is not None):
        return evolve(edit, base=None, mine=None)
    if item.theirs is None or edit.base is None or edit.mine is None:
        return evolve(edit, base=item.theirs, mine=item.theirs if take == "theirs" else edit.mine)
    mine = {field.name for field in item.fields if field.is_edited and not (field.collides and take == "theirs")}
    return evolve(edit, base=item.theirs, mine=_joined(edit, item.theirs, mine))


def _joined(edit: Edit, theirs: Any, mine: set[str]) -> Any:
    """
    Return the stored item with the fields in *mine* replaced.

    The items are joined in their stored form, because classes of all libraries can be read from it.
    """
    stored, wanted = wire_of(edit.entity, theirs), wire_of(edit.entity, edit.mine)
    for name in mine:
        for attribute in _attributes(edit.entity, name, stored):
            stored.pop(attribute, None)
        for attribute in _attributes(edit.entity, name, wanted):
            stored[attribute] = wanted[attribute]
    key: dict[str, Any] = json.loads(edit.entity.encode_key(edit.mine))  # differs from the stored key if the item moves
    return item_of(edit.entity, {**stored, **key})


def _attributes(entity: EntityModel[Any], name: str, wire: Mapping[str, Any]) -> list[str]:
    info = entity.codec.fields.get(name)
    if info is not None and info.rest:
        return [str(path.segments[-1]) for path in paths_of(entity, info, wire)]
    # For an attribute without a field, the name is that of the attribute.
    attribute = name if info is None else info.attribute
    return [attribute] if attribute in wire else []
