"""A changeset: edits of items that were read, as a value to look at, to store, and to commit all at once."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve, field, frozen

from dynamo_document_builder.changesets.commit import Commit
from dynamo_document_builder.changesets.difference import Difference, change_of
from dynamo_document_builder.changesets.edits import Edit, is_same, item_of, wire_of
from dynamo_document_builder.changesets.guarded_writes import writes_of
from dynamo_document_builder.changesets.rebase import rebased
from dynamo_document_builder.commands.table_transact_write import TableTransactWrite
from dynamo_document_builder.errors import DocumentBuilderError, UsageError
from dynamo_document_builder.errors.texts import describe_item, given_type
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.entities.entity_model import model_of
from dynamo_document_builder.model.managed.timestamps import moment_fields
from dynamo_document_builder.transactions.preflight import MAX_OPERATIONS
from dynamo_document_builder.transactions.write_slots import PreparedWrites
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dynamo_document_builder.changesets.rebase import Take
    from dynamo_document_builder.changesets.stale import StaleChangesetError
    from dynamo_document_builder.changesets.stored_forms import Forms
    from dynamo_document_builder.errors.recipients import HasModel
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.transactions.write import TransactWriteResult

S = TypeVar("S")

FORMAT = 1


def _fresh() -> str:
    return os.urandom(8).hex()


def _now() -> datetime:
    return datetime.now(UTC)


@frozen(kw_only=True)
class Changeset:
    """
    Edits of items that were read: staged one by one, looked at, and committed as one transaction.

    A value: each method returns another changeset. Every edit is guarded by what was read, by the version of the item
    if its schema keeps one, otherwise by every field, so a commit never overwrites what others wrote in between. One
    item is edited by one operation, however often it is staged.

    Example:
        >>> alice = users.send(Get({"user_id": "u1"})).item
        >>> changes = Changeset().edit(users, alice, User("u1", "Alice Smith", 100)).add(users, User("u9", "Zoe"))
        >>> print(changes.diff())
        2 staged edits
        Edit User user_id='u1'
          name: 'Alice' -> 'Alice Smith'
        Add User user_id='u9'
          user_id: nothing -> 'u9'
          name: nothing -> 'Zoe'
          balance: nothing -> 0
        >>> changes.commit(table).attempts
        1

    """

    edits: tuple[Edit, ...] = ()
    """In the order they were staged."""
    id: str = field(factory=_fresh)
    """Tells it from another with the same edits: its token is made of both, so it is applied once at most."""
    timestamp: datetime = field(factory=_now, eq=False)
    """When the last edit was staged: what `created_at` and `updated_at` are set to, whenever it is committed."""

    def add(self, entity: HasModel[EntityModel[S]], item: S) -> Changeset:
        """Stage a new item. It must not be there when this is committed."""
        return self._staged(_edit(entity, mine=item))

    def edit(self, entity: HasModel[EntityModel[S]], old: S, new: S) -> Changeset:
        """
        Stage the change of an item from what was read to what it is to be: the smallest update is computed.

        Nothing is staged if both are stored alike, whatever the `==` of their class says. An item with another key is
        `move`d.
        """
        edit = _edit(entity, base=old, mine=new)
        if edit.moves:
            raise UsageError(
                f"{describe_item(edit.entity.name, edit.key)}: both items have keys of their own; use move(...)"
            )
        return self._staged(edit)

    def delete(self, entity: HasModel[EntityModel[S]], old: S) -> Changeset:
        """Stage that an item is to be deleted, as it was read."""
        return self._staged(_edit(entity, base=old))

    def move(self, entity: HasModel[EntityModel[S]], old: S, new: S) -> Changeset:
        """
        Stage that an item gets another key: it is deleted and put, and nothing must be there where it goes.

        Attributes that no field of the class has stay behind.
        """
        edit = _edit(entity, base=old, mine=new)
        if not edit.moves:
            raise UsageError(
                f"{describe_item(edit.entity.name, edit.key)}: both items have the same key; use edit(...)"
            )
        return self._staged(edit)

    def _staged(self, edit: Edit) -> Changeset:
        places = set(edit.places)
        met = [one for one in self.edits if places.intersection(one.places)]
        merged = _merged(met, edit)
        # Told apart by their places: the == of a class may take two items for one.
        edits = [one for one in self.edits if not places.intersection(one.places)]
        if not merged.is_nothing:
            first = next((index for index, one in enumerate(self.edits) if one is met[0]), 0) if met else len(edits)
            edits.insert(first, merged)
        return evolve(self, edits=tuple(edits), timestamp=_now())

    def diff(self) -> Difference:
        """Return what it changes, item by item and field by field."""
        return Difference(items=tuple(change_of(edit) for edit in self.edits))

    def command(self) -> TableTransactWrite:
        """Return the transaction that it is: to explain it, to know its cost, to rehearse it."""
        return self.command_for({})

    def command_for(self, forms: Forms) -> TableTransactWrite:
        """Return the transaction where some items are stored in another form than the library writes."""
        groups = [
            PreparedWrites(edit.entity, writes_of(edit, forms.get(place))) for place, edit in enumerate(self.edits)
        ]
        count = sum(len(group.writes) for group in groups)
        if not count:
            raise UsageError(
                "the changeset has no edits, and a transaction needs one: stage an edit first; nothing was sent"
            )
        if count > MAX_OPERATIONS:
            raise UsageError(self._plan(count))
        # Its moment is a part of the request, which has to be the same whenever it is sent.
        is_dated = any(moment_fields(edit.entity) for edit in self.edits)
        timestamp = self.timestamp if is_dated else None
        return TableTransactWrite(groups, idempotency_token=self._token(forms), timestamp=timestamp)

    def _token(self, forms: Forms) -> str:
        # Another request needs another token, the same one whenever it is made.
        told = json.dumps(sorted(forms.items())) if forms else ""
        return sha256(f"{self.to_json()}{told}".encode()).hexdigest()[:32]

    def _plan(self, count: int) -> str:
        by_entity: dict[str, int] = {}
        for edit in self.edits:
            by_entity[edit.entity.name] = by_entity.get(edit.entity.name, 0) + len(edit.places)
        counted = ", ".join(f"{number} on {name}" for name, number in by_entity.items())
        parts = -(-count // MAX_OPERATIONS)
        return (
            f"the changeset has {count} operations ({counted}), a transaction takes {MAX_OPERATIONS}; nothing was sent."
            f" It is never split by itself, as some would be applied without the others. If they may: stage them in "
            f"{parts} changesets, those that belong together in one, and commit one after the other"
        )

    def commit(self, target: Any, *, timeout: float | None = None) -> TransactWriteResult:
        """
        Apply all edits, or none, in one transaction; *target* is a table, or a database for several tables.

        Committing the same changeset twice within ten minutes applies it once; later, its guards refuse it. An item
        that another program stored in another form is what was read: then the transaction is sent again. A changeset
        without edits, as `rebase` returns where others made the same change, sends nothing: its `attempts` are 0.

        Raises:
            StaleChangesetError: an item is not what was read; it has mine, theirs and base. Nothing was written.
            OutcomeUnknownError: no answer came; its `resolve()` finds out.
            UsageError: it cannot be sent, with every finding; nothing was sent.

        """
        result: TransactWriteResult = target.send(Commit(changeset=self, timeout=timeout))
        return result

    async def acommit(self, target: Any, *, timeout: float | None = None) -> TransactWriteResult:  # noqa: ASYNC109  as commit
        """Do what `commit` does, without blocking the event loop."""
        result: TransactWriteResult = await target.asend(Commit(changeset=self, timeout=timeout))
        return result

    def rebase(self, error: StaleChangesetError, *, take: Take | None = None) -> Changeset:
        """
        Return the same edits of the items as they are now, after a commit that came too late.

        Fields that only one side changed are joined. Where both changed one, *take* says whose it is to be, "mine" or
        "theirs"; without it that is refused, with the fields named. An item that is stored where another moves to, or
        that does not fit its schema, is never overwritten.

        Raises:
            UsageError: both sides changed the same, and *take* does not say whose it is to be.

        """
        return evolve(self, edits=rebased(self.edits, error, take), timestamp=_now())

    def to_json(self) -> str:
        """Return it as text, to be committed later, by another process too; items are in DynamoDB JSON."""
        edits = [
            {
                "entity": edit.entity.name,
                **({} if edit.base is None else {"base": wire_of(edit.entity, edit.base)}),
                **({} if edit.mine is None else {"mine": wire_of(edit.entity, edit.mine)}),
            }
            for edit in self.edits
        ]
        told = {"format": FORMAT, "id": self.id, "timestamp": self.timestamp.isoformat(), "edits": edits}
        return json.dumps(told, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, entities: Iterable[HasModel[EntityModel[Any]]]) -> Changeset:
        """
        Read what `to_json` wrote; *entities* are those it is about, found by their names.

        Raises:
            UsageError: it is no changeset, or about other entities; nothing was sent.

        """
        by_name = {model.name: model for model in map(_model, entities)}
        try:
            stored: Any = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UsageError("this is no changeset: it is no JSON") from error
        if not is_mapping(stored) or stored.get("format") != FORMAT or not isinstance(stored.get("id"), str):
            raise UsageError(f"this is no changeset of format {FORMAT}")
        edits: Any = stored.get("edits")
        if not is_sequence(edits):
            raise UsageError("this is no changeset: it has no edits")
        found = tuple(_edit_from(edit, index, by_name) for index, edit in enumerate(edits))
        return cls(edits=found, id=stored["id"], timestamp=_moment_in(stored))


def _moment_in(stored: Mapping[str, Any]) -> datetime:
    if "timestamp" not in stored:  # as version 0.1 wrote it
        return _now()
    try:
        moment = datetime.fromisoformat(stored["timestamp"])
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.utcoffset() is None:
        raise UsageError(
            "the timestamp of the changeset is not a moment with a timezone; write it as 2026-01-01T12:00:00+00:00"
        )
    return moment


def _edit_from(stored: Any, index: int, entities: dict[str, EntityModel[Any]]) -> Edit:
    if not is_mapping(stored):
        raise UsageError(f"this is no changeset: edit {index} is {given_type(stored)}")
    entity = entities.get(str(stored.get("entity")))
    if entity is None:
        raise UsageError(
            f"edit {index} is about the entity {stored.get('entity')!r}; given are {', '.join(entities) or 'none'}"
        )
    try:
        items = {name: item_of(entity, stored[name]) for name in ("base", "mine") if name in stored}
    except (DocumentBuilderError, TypeError, ValueError) as error:
        raise UsageError(f"edit {index} has an item that does not fit {entity.name}") from error
    if not items:
        raise UsageError(f"edit {index} has no item")
    return Edit(entity=entity, base=items.get("base"), mine=items.get("mine"))


def _merged(met: Sequence[Edit], edit: Edit) -> Edit:
    """Join an edit with those of the same item before it: from what was read first to what is wanted last."""
    if not met:
        return edit
    if len(met) > 1 or edit.moves or met[0].moves:
        raise UsageError(
            f"{describe_item(edit.entity.name, edit.key)}: another staged edit moves this item, or one to its place; "
            "stage the whole move at once"
        )
    [before] = met
    if before.entity is not edit.entity:
        raise UsageError(
            f"{describe_item(edit.entity.name, edit.key)}: it is staged as {before.entity.name} already; "
            "edit it as that"
        )
    if not is_same(edit.entity, edit.base, before.mine):
        raise UsageError(
            f"{describe_item(edit.entity.name, edit.key)}: it is staged already, "
            "as another item than this edit begins with"
        )
    return evolve(edit, base=before.base)


def _model(entity: Any) -> EntityModel[Any]:
    model = model_of(entity)
    if model is None:
        raise UsageError(f"an edit is of an item of an entity, which comes first, not of {given_type(entity)}")
    return model


def _edit(entity: object, **items: Any) -> Edit:
    """Stage items of an entity: `base` as it was read, `mine` as it is to be."""
    model = _model(entity)
    return Edit(entity=model, **{name: _item(model, item) for name, item in items.items()})


def _item(entity: EntityModel[Any], item: Any) -> Any:
    """Refuse what cannot be stored where it is staged."""
    problems = Problems("A staged item of", entity.name)
    problems.attempt(lambda: entity.encode(item), None)
    problems.raise_any(lambda: entity.shown_key(item))
    return item
