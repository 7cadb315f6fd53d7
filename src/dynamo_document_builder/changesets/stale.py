"""The error for a stale changeset, with three versions of each item: as read, as staged, and as stored now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from dynamo_document_builder.changesets.edits import operations
from dynamo_document_builder.changesets.item_values import field_values
from dynamo_document_builder.errors import TransactionCanceledError
from dynamo_document_builder.errors.texts import describe_item
from dynamo_document_builder.model.managed.fields import managed_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from dynamo_document_builder.changesets.edits import Edit, Place
    from dynamo_document_builder.changesets.item_values import FieldValues
    from dynamo_document_builder.errors import CancellationReason, StoredItemError


@frozen(kw_only=True)
class FieldConflict:
    """One field of a stale item, with its value in the three versions."""

    name: str
    """The name of the field."""
    base: Any = field(repr=False)
    """The value that was read."""
    mine: Any = field(repr=False)
    """Your staged value."""
    theirs: Any = field(repr=False)
    """The value that is stored now."""
    is_edited: bool = False
    """True if the stored form of your value differs from that of the value that was read."""
    is_changed: bool = False
    """True if the form that is stored now differs from that of the value that was read."""
    collides: bool = False
    """True if both sides changed the field to different values."""


@frozen(kw_only=True)
class StaleItem:
    """One item that has changed since it was read, in three versions."""

    entity: str
    """The name of the entity."""
    key: Mapping[str, Any] | None
    """The key of the item in your own terms."""
    places: tuple[Place, ...] = field(repr=False)
    """The table and key of each item that the edit writes."""
    base: Any = field(repr=False)
    """The item as it was read; `None` for an added item, and for the new key of a move."""
    mine: Any = field(repr=False)
    """Your staged item; `None` if you delete it."""
    theirs: Any = field(repr=False)
    """The item as it is stored now; `None` if it does not exist or does not fit the schema."""
    item_error: StoredItemError | None = field(default=None, repr=False)
    """The error if the stored item does not fit the schema, with the stored item."""
    fields: tuple[FieldConflict, ...]
    """The fields that either side changed; never empty."""

    @property
    def collides(self) -> bool:
        """True if the changes of both sides cannot be merged."""
        if self.mine is None and self.theirs is None and self.item_error is None:  # both sides deleted it
            return False
        return self.is_about_presence or any(field.collides for field in self.fields)

    @property
    def is_about_presence(self) -> bool:
        """True if the item is missing in one version, or does not fit the schema."""
        return any(item is None for item in (self.base, self.mine, self.theirs))

    @property
    def is_in_the_way(self) -> bool:
        """True if the item exists at the new key of a move."""
        return len(self.places) > 1 and self.base is None


class StaleChangesetError(TransactionCanceledError):
    """
    Items of a changeset have changed since they were read. Nothing was written.

    `items` has each of them in three versions: as read, as staged, and as stored now. To retry, commit
    `changeset.rebase(error)`.
    """

    def __init__(self, text: str, *, items: Sequence[StaleItem] = (), **facts: Any) -> None:
        super().__init__(text, **facts)
        self.items = tuple(items)
        """The items that have changed since they were read."""


def stale_changeset_error(edits: Sequence[Edit], error: TransactionCanceledError) -> StaleChangesetError | None:
    """Return the error in terms of the edits; `None` if the transaction was cancelled for another reason."""
    written = operations(edits)
    failed = [reason for reason in error.failures if reason.code == "ConditionalCheckFailed"]
    if len(failed) < len(error.failures) or not failed or len(written) != len(error.reasons):
        return None
    items = [_stale(edits[written[one.index][0]], one, is_new=written[one.index][1]) for one in failed]
    return StaleChangesetError(
        f"the changeset is stale, nothing was written: {', '.join(map(_text, items))}; see changeset.rebase(error)",
        items=items,
        fault=error.fault,
        reasons=error.reasons,
        idempotency_token=error.idempotency_token,
    )


def _text(item: StaleItem) -> str:
    return f"{describe_item(item.entity, item.key)} ({_reason(item)})"


def _reason(item: StaleItem) -> str:
    if item.item_error is not None:
        names = ", ".join(dict.fromkeys(failure.path for failure in item.item_error.failures))
        return f"the stored item does not fit its schema: {names}"
    if item.theirs is None:
        return "it no longer exists"
    if item.base is None:
        return "it already exists"
    changed = ", ".join(field.name for field in item.fields if field.is_changed)
    return f"changed since it was read: {changed}" if changed else "its condition was false, but it is unchanged"


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
    """Return the fields that made an item stale: those that the caller sets, or else computed and managed fields."""
    entity, codec = edit.entity, edit.entity.codec
    derived = {info.name for info in codec.fields.values() if info.derived and info.name != codec.discriminator}
    automatic = derived.union(managed_fields(entity))  # the class computes them, or the library manages them
    conflicts = [_conflict(values, automatic) for values in field_values(entity, base, edit.mine, reason.item)]
    own = [one for one in conflicts if (one.is_edited or one.is_changed) and one.name not in automatic]
    if any(one.is_changed for one in own) or reason.item is None:
        return own or conflicts
    # No field of the caller changed: another writer wrote the same values, or only changed the stored form of a field.
    failed = {clause.path.partition(".")[0] for clause in reason.failed_clauses}
    conflicts = [evolve(one, is_changed=one.is_changed or one.name in failed) for one in conflicts]
    return [one for one in conflicts if one.is_changed or (one.is_edited and one.name not in automatic)] or conflicts


def _conflict(field: FieldValues, automatic: AbstractSet[str]) -> FieldConflict:
    base, mine, theirs = field.forms
    is_edited = mine != base and field.name not in automatic
    return FieldConflict(
        name=field.name,
        base=field.values[0],
        mine=field.values[1],
        theirs=field.values[2],
        is_edited=is_edited,
        is_changed=theirs != base,
        collides=is_edited and theirs not in (base, mine),
    )
