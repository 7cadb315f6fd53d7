"""A changeset that came too late: for each item what was read, what is wanted, and what is there now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from dynamo_document_builder.changesets.edits import held_in
from dynamo_document_builder.errors import TransactionCanceledError
from dynamo_document_builder.facts import described
from dynamo_document_builder.model.lifecycle import kept_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dynamo_document_builder.changesets.edits import Edit, Place


@frozen(kw_only=True)
class FieldConflict:
    """One field of an item that came too late, as each side has it."""

    name: str
    base: Any = field(repr=False)
    """As it was read."""
    mine: Any = field(repr=False)
    """As it is wanted."""
    theirs: Any = field(repr=False)
    """As it is stored now."""

    @property
    def collides(self) -> bool:
        """Whether both sides changed it, to different values."""
        return self.mine not in (self.base, self.theirs) and self.theirs != self.base


@frozen(kw_only=True)
class StaleItem:
    """One item that is not what was read."""

    entity: str
    key: Mapping[str, Any] | None
    places: tuple[Place, ...] = field(repr=False)
    """The table and key of each item that the edit writes."""
    base: Any = field(repr=False)
    """As it was read, `None` if it was not there."""
    mine: Any = field(repr=False)
    """As it is wanted, `None` if it is to be deleted."""
    theirs: Any = field(repr=False)
    """As it is stored now, `None` if it is not there, or does not fit the schema."""
    fields: tuple[FieldConflict, ...]
    """Those that either side changed."""

    @property
    def collides(self) -> bool:
        """Whether the changes of both sides cannot be joined: of a field, or of whether the item is there."""
        gone = None in (self.base, self.mine, self.theirs)
        return gone or any(field.collides for field in self.fields)


class StaleChangesetError(TransactionCanceledError):
    """
    Items of a changeset are not what was read. Nothing was written.

    `items` has each with what was read, what is wanted and what is there now; `changeset.rebase(error)` carries on.
    """

    def __init__(self, text: str, *, items: Sequence[StaleItem] = (), **facts: Any) -> None:
        super().__init__(text, **facts)
        self.items = tuple(items)


def stale_error(edits: Sequence[Edit], error: TransactionCanceledError) -> StaleChangesetError | None:
    """Return the error in terms of the edits; `None` if it was something else that stood in the way."""
    places = [edit for edit in edits for _ in edit.places]
    failed = [reason for reason in error.failures if reason.code == "ConditionalCheckFailed"]
    if len(failed) < len(error.failures) or not failed or len(places) != len(error.reasons):
        return None
    items = [_stale(places[reason.index], reason.item) for reason in failed]
    named = ", ".join(_told(item) for item in items)
    return StaleChangesetError(
        f"the changeset came too late, nothing was written: {named}",
        items=items,
        fault=error.fault,
        reasons=error.reasons,
        idempotency_token=error.idempotency_token,
    )


def _told(item: StaleItem) -> str:
    theirs = [field.name for field in item.fields if field.theirs != field.base]
    if item.theirs is None:
        what = "it is not there any more" if item.base is not None else "it does not fit the schema"
    elif item.base is None:
        what = "it is there already"
    else:
        what = f"others changed {', '.join(theirs)}"
    return f"{described(item.entity, item.key)} ({what})"


def _stale(edit: Edit, theirs: Any) -> StaleItem:
    return StaleItem(
        entity=edit.entity.name,
        key=edit.key,
        places=edit.places,
        base=edit.base,
        mine=edit.mine,
        theirs=theirs,
        fields=tuple(_fields(edit, theirs)),
    )


def _fields(edit: Edit, theirs: Any) -> Iterator[FieldConflict]:
    codec = edit.entity.codec
    derived = {info.name for info in codec.fields.values() if info.derived and info.name != codec.tag}
    kept = derived.union(kept_fields(edit.entity))  # what a class computes follows from what else changed
    for name, (base, mine, other) in held_in(edit.entity, edit.base, edit.mine, theirs):
        if name not in kept and not base == mine == other:
            yield FieldConflict(name=name, base=base, mine=mine, theirs=other)
