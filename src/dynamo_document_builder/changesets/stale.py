"""A changeset that came too late: for each item what was read, what is wanted, and what is there now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from dynamo_document_builder.changesets.edits import operations
from dynamo_document_builder.changesets.item_values import held_in
from dynamo_document_builder.errors import TransactionCanceledError
from dynamo_document_builder.errors.texts import describe_item
from dynamo_document_builder.model.managed.fields import kept_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from dynamo_document_builder.changesets.edits import Edit, Place
    from dynamo_document_builder.changesets.item_values import Held
    from dynamo_document_builder.errors import CancellationReason, StoredItemError


@frozen(kw_only=True)
class FieldConflict:
    """One field of an item that came too late, as each side has it."""

    name: str
    """The field."""
    base: Any = field(repr=False)
    """As it was read."""
    mine: Any = field(repr=False)
    """As it is wanted."""
    theirs: Any = field(repr=False)
    """As it is stored now."""
    is_edited: bool = False
    """Whether your value is stored in another form than the value that was read."""
    is_changed: bool = False
    """Whether the value that is stored now has another form than the value that was read."""
    collides: bool = False
    """Whether both sides changed it, to different values."""


@frozen(kw_only=True)
class StaleItem:
    """One item that is not what was read."""

    entity: str
    """The name of the entity."""
    key: Mapping[str, Any] | None
    """The fields of the item's key."""
    places: tuple[Place, ...] = field(repr=False)
    """The table and key of each item that the edit writes."""
    base: Any = field(repr=False)
    """As it was read, `None` if it was not there, as where an item is added or moves to."""
    mine: Any = field(repr=False)
    """As it is wanted, `None` if it is to be deleted."""
    theirs: Any = field(repr=False)
    """As it is stored now, `None` if it is not there, or does not fit the schema."""
    item_error: StoredItemError | None = field(default=None, repr=False)
    """Set where what is stored now does not fit the schema; it has the stored item."""
    fields: tuple[FieldConflict, ...]
    """Those that either side changed; never empty."""

    @property
    def collides(self) -> bool:
        """Whether the changes of both sides cannot be joined: of a field, or of whether the item is there."""
        if self.mine is None and self.theirs is None and self.item_error is None:  # both sides want it gone
            return False
        return self.is_about_presence or any(field.collides for field in self.fields)

    @property
    def is_about_presence(self) -> bool:
        """Whether one side has no item there, or none that can be read."""
        return any(item is None for item in (self.base, self.mine, self.theirs))

    @property
    def is_in_the_way(self) -> bool:
        """Whether it stands where an item moves to."""
        return len(self.places) > 1 and self.base is None


class StaleChangesetError(TransactionCanceledError):
    """
    Items of a changeset are not what was read. Nothing was written.

    `items` has each with what was read, what is wanted and what is there now; `changeset.rebase(error)` carries on.
    """

    def __init__(self, text: str, *, items: Sequence[StaleItem] = (), **facts: Any) -> None:
        super().__init__(text, **facts)
        self.items = tuple(items)
        """The items that are not what was read."""


def stale_error(edits: Sequence[Edit], error: TransactionCanceledError) -> StaleChangesetError | None:
    """Return the error in terms of the edits; `None` if it was something else that stood in the way."""
    written = operations(edits)
    failed = [reason for reason in error.failures if reason.code == "ConditionalCheckFailed"]
    if len(failed) < len(error.failures) or not failed or len(written) != len(error.reasons):
        return None
    items = [_stale(edits[written[one.index][0]], one, is_new=written[one.index][1]) for one in failed]
    return StaleChangesetError(
        f"the changeset came too late, nothing was written: {', '.join(map(_told, items))}",
        items=items,
        fault=error.fault,
        reasons=error.reasons,
        idempotency_token=error.idempotency_token,
    )


def _told(item: StaleItem) -> str:
    return f"{describe_item(item.entity, item.key)} ({_what(item)})"


def _what(item: StaleItem) -> str:
    if item.item_error is not None:
        names = ", ".join(dict.fromkeys(failure.path for failure in item.item_error.failures))
        return f"what is stored now does not fit its schema: {names}"
    if item.theirs is None:
        return "it is not there any more"
    if item.base is None:
        return "it is there already"
    changed = ", ".join(field.name for field in item.fields if field.is_changed)
    return f"others changed {changed}" if changed else "its condition was false, and it is what was read"


def _stale(edit: Edit, reason: CancellationReason, *, is_new: bool) -> StaleItem:
    base = None if is_new else edit.base
    return StaleItem(
        entity=edit.entity.name,
        key=edit.entity.shown_key(edit.mine) if is_new else edit.key,
        places=edit.places,
        base=base,
        mine=edit.mine,
        theirs=reason.item,
        item_error=reason.item_error,
        fields=tuple(_fields(edit, base, reason)),
    )


def _fields(edit: Edit, base: Any, reason: CancellationReason) -> Sequence[FieldConflict]:
    """Return the fields that tell why an item is stale: the caller's own, or those that changed beside them."""
    entity, codec = edit.entity, edit.entity.codec
    derived = {info.name for info in codec.fields.values() if info.derived and info.name != codec.discriminator}
    follows = derived.union(kept_fields(entity))  # what a class computes, and what the library keeps
    every = [_conflict(held, follows) for held in held_in(entity, base, edit.mine, reason.item)]
    differing = [one for one in every if one.is_edited or one.is_changed]
    own = [one for one in differing if one.name not in follows]
    if any(one.is_changed for one in own) or reason.item is None:
        return own or every
    # Others wrote the same again, or changed what is stored of a field and not what is read of it.
    beside = {clause.path.partition(".")[0] for clause in reason.failed_clauses}
    every = [evolve(one, is_changed=one.is_changed or one.name in beside) for one in every]
    return [one for one in every if one.is_changed or (one.is_edited and one.name not in follows)] or every


def _conflict(held: Held, follows: AbstractSet[str]) -> FieldConflict:
    base, mine, theirs = held.forms
    is_edited = mine != base and held.name not in follows
    return FieldConflict(
        name=held.name,
        base=held.values[0],
        mine=held.values[1],
        theirs=held.values[2],
        is_edited=is_edited,
        is_changed=theirs != base,
        collides=is_edited and theirs not in (base, mine),
    )
