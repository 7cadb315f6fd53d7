"""Changesets: staged edits of items, as a value that can be shown, stored as JSON, and committed in one transaction."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve, field, frozen

from dynamo_document_builder.changesets.commit import Commit
from dynamo_document_builder.changesets.difference import Difference, change_of
from dynamo_document_builder.changesets.edits import Edit
from dynamo_document_builder.changesets.guarded_writes import writes_of
from dynamo_document_builder.changesets.item_values import is_same, item_of, wire_of
from dynamo_document_builder.changesets.rebase import rebased
from dynamo_document_builder.commands.table_transact_write import TableTransactWrite
from dynamo_document_builder.errors import DocumentBuilderError, UsageError
from dynamo_document_builder.errors.texts import describe_item, given_type
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.entities.entity_model import model_of
from dynamo_document_builder.model.managed.timestamps import timestamp_fields
from dynamo_document_builder.transactions.preflight import MAX_OPERATIONS
from dynamo_document_builder.transactions.write_slots import PreparedWrites
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dynamo_document_builder.changesets.commit import Forms
    from dynamo_document_builder.changesets.rebase import Take
    from dynamo_document_builder.changesets.stale import StaleChangesetError
    from dynamo_document_builder.errors.recipients import HasModel
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.transactions.write import TransactWriteResult

S = TypeVar("S")

FORMAT = 1


def _fresh_id() -> str:
    return os.urandom(8).hex()


def _now() -> datetime:
    return datetime.now(UTC)


@frozen(kw_only=True)
class Changeset:
    """
    A set of staged edits of items, committed as one transaction.

    A changeset is immutable: each method that stages an edit returns another changeset. Nothing is sent before
    `commit`.

    A commit never overwrites changes that other writers made since you read the items. Each operation has a condition
    on the version of the item, or on every field if the schema has no version. Several edits of one item become one
    operation.

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
    """The edits in the order in which they were staged."""
    id: str = field(factory=_fresh_id)
    """A random id. The idempotency token is derived from the id and the edits."""
    timestamp: datetime = field(factory=_now, eq=False)
    """The time when the last edit was staged. A commit sets `created_at` and `updated_at` to it."""

    def add(self, entity: HasModel[EntityModel[S]], item: S) -> Changeset:
        """
        Stage a new item. The commit fails if an item with its key exists.

        Raises `UsageError` if the item cannot be stored.
        """
        return self._staged(_edit(entity, mine=item))

    def edit(self, entity: HasModel[EntityModel[S]], old: S, new: S) -> Changeset:
        """
        Stage the change of an item from *old*, as it was read, to *new*, as the smallest update.

        Nothing is staged if both have the same stored form. Use `move` if the key changes.

        Raises `UsageError` if the keys differ, or *new* cannot be stored.
        """
        edit = _edit(entity, base=old, mine=new)
        if edit.moves:
            raise UsageError(
                f"{describe_item(edit.entity.name, edit.key)}: the two items have different keys; use move(...)"
            )
        return self._staged(edit)

    def delete(self, entity: HasModel[EntityModel[S]], old: S) -> Changeset:
        """Stage the deletion of an item, given as it was read."""
        return self._staged(_edit(entity, base=old))

    def move(self, entity: HasModel[EntityModel[S]], old: S, new: S) -> Changeset:
        """
        Stage the move of an item to another key: a delete and a put, two operations of the transaction.

        The commit fails if an item with the new key exists. Attributes without a field in the class are not moved.

        Raises `UsageError` if both items have the same key, or *new* cannot be stored.
        """
        edit = _edit(entity, base=old, mine=new)
        if not edit.moves:
            raise UsageError(
                f"{describe_item(edit.entity.name, edit.key)}: both items have the same key; use edit(...)"
            )
        return self._staged(edit)

    def _staged(self, edit: Edit) -> Changeset:
        places = set(edit.places)
        # Edits are compared by the keys they write, because the == of a class may treat two items as equal.
        earlier = [one for one in self.edits if places.intersection(one.places)]
        edits = [one for one in self.edits if not places.intersection(one.places)]
        merged = _merged(earlier, edit)
        if not merged.changes_nothing:
            first = self._index_of(earlier[0]) if earlier else len(edits)
            edits.insert(first, merged)
        return evolve(self, edits=tuple(edits), timestamp=_now())

    def _index_of(self, edit: Edit) -> int:
        return next(index for index, one in enumerate(self.edits) if one is edit)

    def diff(self) -> Difference:
        """Return the changes item by item and field by field, to print them."""
        return Difference(items=tuple(change_of(edit) for edit in self.edits))

    def command(self) -> TableTransactWrite:
        """
        Return the transaction that `commit` sends: pass it to `explain`, `cost` or `rehearse`.

        Raises `UsageError` if the changeset has no edits, or more than 100 operations.
        """
        return self.command_for({})

    def command_for(self, forms: Forms) -> TableTransactWrite:
        """Return the transaction for items of which some are stored in another form than the library writes."""
        groups = [
            PreparedWrites(edit.entity, writes_of(edit, forms.get(index))) for index, edit in enumerate(self.edits)
        ]
        count = sum(len(group.writes) for group in groups)
        if not count:
            raise UsageError(
                "the changeset has no edits, and a transaction needs one: stage an edit first; nothing was sent"
            )
        if count > MAX_OPERATIONS:
            raise UsageError(self._too_many(count))
        # The timestamp is part of the request, which must be the same each time it is sent.
        is_dated = any(timestamp_fields(edit.entity) for edit in self.edits)
        timestamp = self.timestamp if is_dated else None
        return TableTransactWrite(groups, idempotency_token=self._token(forms), timestamp=timestamp)

    def _token(self, forms: Forms) -> str:
        # The same changeset must get the same token each time; with other forms the request differs, and so must the
        # token.
        suffix = json.dumps(sorted(forms.items())) if forms else ""
        return sha256(f"{self.to_json()}{suffix}".encode()).hexdigest()[:32]

    def _too_many(self, count: int) -> str:
        by_entity: dict[str, int] = {}
        for edit in self.edits:
            by_entity[edit.entity.name] = by_entity.get(edit.entity.name, 0) + len(edit.places)
        counted = ", ".join(f"{number} on {name}" for name, number in by_entity.items())
        parts = -(-count // MAX_OPERATIONS)
        return (
            f"the changeset has {count} operations ({counted}), and a transaction takes {MAX_OPERATIONS}; nothing was "
            f"sent. The library does not split it, because a part could fail after another was applied. If that is "
            f"acceptable, stage the edits in {parts} changesets and commit them one after the other"
        )

    def commit(self, target: Any, *, timeout: float | None = None) -> TransactWriteResult:
        """
        Apply all edits, or none, in one transaction.

        *target* is a table, or a database for edits of several tables. *timeout* is in seconds; by default there is no
        limit.

        A commit is idempotent: if you commit the same changeset twice within ten minutes, DynamoDB applies it once.
        After that, the conditions refuse it. Without edits, nothing is sent, and `attempts` of the result is 0.

        If an item is unchanged but another program stored it in another form, such as a `datetime` in another timezone,
        the library sends the transaction again with conditions on that form.

        Raises:
            StaleChangesetError: an item has changed since it was read. Nothing was written.
            OutcomeUnknownError: no response arrived, so the edits may be applied. Call its `resolve()` to find out.
            UsageError: the transaction is not valid; the error has every problem. Nothing was sent.

        """
        result: TransactWriteResult = target.send(Commit(changeset=self, timeout=timeout))
        return result

    async def acommit(self, target: Any, *, timeout: float | None = None) -> TransactWriteResult:  # noqa: ASYNC109  as commit
        """Do what `commit` does, without blocking the event loop."""
        result: TransactWriteResult = await target.asend(Commit(changeset=self, timeout=timeout))
        return result

    def rebase(self, error: StaleChangesetError, *, take: Take | None = None) -> Changeset:
        """
        Return a changeset with the same edits of the items as they are stored now, after a `StaleChangesetError`.

        Nothing is sent. Fields that only one side changed are merged. *take* decides fields that both sides changed:
        "mine" keeps your value, "theirs" the stored one. An item at the target key of a move, or one that does not fit
        its schema, is never overwritten.

        Raises:
            UsageError: both sides changed the same field and *take* is not given, or an item must not be overwritten.

        """
        return evolve(self, edits=rebased(self.edits, error, take), timestamp=_now())

    def to_json(self) -> str:
        """
        Return the changeset as JSON text, with items in DynamoDB JSON.

        Another process can read it with `from_json` and commit it.
        """
        edits = [
            {
                "entity": edit.entity.name,
                **({} if edit.base is None else {"base": wire_of(edit.entity, edit.base)}),
                **({} if edit.mine is None else {"mine": wire_of(edit.entity, edit.mine)}),
            }
            for edit in self.edits
        ]
        document = {"format": FORMAT, "id": self.id, "timestamp": self.timestamp.isoformat(), "edits": edits}
        return json.dumps(document, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, entities: Iterable[HasModel[EntityModel[Any]]]) -> Changeset:
        """
        Return the changeset that `to_json` wrote. *entities* must contain the entity of every edit.

        Raises:
            UsageError: the text is not a changeset, an entity is missing, or an item does not fit its entity.

        """
        by_name = {model.name: model for model in map(_model, entities)}
        try:
            stored: Any = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UsageError("this is not a changeset: it is not JSON") from error
        if not is_mapping(stored) or stored.get("format") != FORMAT or not isinstance(stored.get("id"), str):
            raise UsageError(f"this is not a changeset of format {FORMAT}")
        edits: Any = stored.get("edits")
        if not is_sequence(edits):
            raise UsageError("this is not a changeset: it has no edits")
        found = tuple(_edit_from(edit, index, by_name) for index, edit in enumerate(edits))
        return cls(edits=found, id=stored["id"], timestamp=_timestamp_in(stored))


def _timestamp_in(stored: Mapping[str, Any]) -> datetime:
    if "timestamp" not in stored:  # version 0.1 wrote none
        return _now()
    try:
        timestamp = datetime.fromisoformat(stored["timestamp"])
    except (TypeError, ValueError):
        timestamp = None
    if timestamp is None or timestamp.utcoffset() is None:
        raise UsageError(
            "the timestamp of the changeset is not a datetime with a timezone; write it as 2026-01-01T12:00:00+00:00"
        )
    return timestamp


def _edit_from(stored: Any, index: int, entities: dict[str, EntityModel[Any]]) -> Edit:
    if not is_mapping(stored):
        raise UsageError(f"this is not a changeset: edit {index} is {given_type(stored)}")
    entity = entities.get(str(stored.get("entity")))
    if entity is None:
        raise UsageError(
            f"edit {index} is of entity {stored.get('entity')!r}, which is not in entities= "
            f"({', '.join(entities) or 'empty'})"
        )
    try:
        items = {name: item_of(entity, stored[name]) for name in ("base", "mine") if name in stored}
    except (DocumentBuilderError, TypeError, ValueError) as error:
        raise UsageError(f"edit {index} has an item that does not fit {entity.name}") from error
    if not items:
        raise UsageError(f"edit {index} has no item")
    return Edit(entity=entity, base=items.get("base"), mine=items.get("mine"))


def _merged(earlier: Sequence[Edit], edit: Edit) -> Edit:
    """Merge an edit with the earlier edits of the same item, from the item first read to the item last staged."""
    if not earlier:
        return edit
    item = describe_item(edit.entity.name, edit.key)
    if len(earlier) > 1 or edit.moves or earlier[0].moves:
        raise UsageError(f"{item}: another staged edit moves this item, or an item to this key; stage one move")
    [before] = earlier
    if before.entity is not edit.entity:
        raise UsageError(f"{item}: it is already staged as {before.entity.name}; edit it with that entity")
    if not is_same(edit.entity, edit.base, before.mine):
        raise UsageError(f"{item}: it is already staged; pass the item that was staged as the old item")
    return evolve(edit, base=before.base)


def _model(entity: Any) -> EntityModel[Any]:
    model = model_of(entity)
    if model is None:
        raise UsageError(f"the first argument must be an entity, not {given_type(entity)}")
    return model


def _edit(entity: object, **items: Any) -> Edit:
    """Return an edit of an entity's items: `base` as it was read, `mine` to be written."""
    model = _model(entity)
    return Edit(entity=model, **{name: _item(model, item) for name, item in items.items()})


def _item(entity: EntityModel[Any], item: Any) -> Any:
    """Return an item. Raises `UsageError` if it cannot be stored."""
    problems = Problems("A staged item of", entity.name)
    problems.attempt(lambda: entity.encode(item), None)
    problems.raise_any(lambda: entity.shown_key(item))
    return item
