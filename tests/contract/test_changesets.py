"""Staged edits on a real engine: applied whole, refused whole when they come too late, and carried over."""

from __future__ import annotations

import asyncio
import json
import pickle
from datetime import datetime  # noqa: TC003  the class of a field
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import (
    Changeset,
    Delete,
    Entity,
    Get,
    Put,
    StaleChangesetError,
    Table,
    TableMismatchError,
    Update,
    UsageError,
    key,
    stored,
)
from dynamo_document_builder.testing import ScriptedTransport
from tests.effort import examples

if TYPE_CHECKING:
    from tests.contract.conftest import Engine


@frozen
class Address:
    city: str
    street: str | None = None


@frozen
class User:
    user_id: str
    name: str
    balance: int = 0
    email: str | None = None
    tags: frozenset[str] = frozenset()
    address: Address | None = None
    notes: dict[str, Any] = field(factory=dict[str, Any])
    secret: str = field(default="", repr=False)


@frozen
class Document:
    document_id: str
    text: str = ""
    version: int = field(default=0, metadata=stored(version=True))


ALICE = User("u1", "Alice", 100, tags=frozenset("ab"), address=Address("Oslo"), notes={"a.b": 1, "c": [1]})
BOB = User("u2", "Bob")


def users_in(table: Table) -> Entity[User]:
    return Entity(User, table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")


def documents_in(table: Table) -> Entity[Document]:
    return Entity(Document, table, partition_key=lambda d: key("DOC", d.document_id), sort_key=lambda _: "META")


@pytest.fixture
def users(table: Table) -> Entity[User]:
    users = users_in(table)
    for user in (ALICE, BOB):
        users.send(Put(user))
    return users


def there(users: Entity[User], user_id: str) -> User | None:
    return users.send(Get({"user_id": user_id}, consistent=True)).item


def test_all_edits_are_applied_together(table: Table, users: Entity[User]) -> None:
    smith = evolve(ALICE, name="Alice Smith", email="a@b.c", address=Address("Oslo", "Storgata"), notes={"a.b": 2})
    changes = Changeset().edit(users, ALICE, smith).delete(users, BOB).add(users, User("u3", "Carol"))
    result = changes.commit(table)
    assert result.attempts == 1
    assert [there(users, name) for name in ("u1", "u2", "u3")] == [smith, None, User("u3", "Carol")]


def test_the_smallest_update_is_sent(users: Entity[User]) -> None:
    smith = evolve(ALICE, name="Al", address=Address("Bergen"), notes={"c": [1], "d": 2})
    [update] = Changeset().edit(users, ALICE, smith).command().transactions[0].writes
    assert {str(change.path) for change in update.updates} == {"name", "address.city", "notes.a.b", "notes.d"}


def test_a_move_is_a_delete_and_a_put(table: Table, users: Entity[User]) -> None:
    moved = evolve(ALICE, user_id="u9")
    changes = Changeset().move(users, ALICE, moved)
    assert changes.diff().items[0].title == "Move User user_id='u1'"
    changes.commit(table)
    assert [there(users, "u1"), there(users, "u9")] == [None, moved]


def test_edits_of_one_item_are_one_operation(users: Entity[User]) -> None:
    once = evolve(ALICE, name="Al")
    twice = evolve(once, balance=5)
    changes = Changeset().edit(users, ALICE, once).edit(users, once, twice)
    assert [(edit.kind, edit.base, edit.mine) for edit in changes.edits] == [("Edit", ALICE, twice)]
    assert changes.edit(users, twice, ALICE).edits == ()
    assert changes.delete(users, twice).edits[0].kind == "Delete"
    added = Changeset().add(users, User("u3", "Carol"))
    assert added.edit(users, User("u3", "Carol"), User("u3", "Caro")).edits[0].kind == "Add"
    assert added.delete(users, User("u3", "Carol")).edits == ()
    with pytest.raises(UsageError, match="already staged; pass the item that was staged"):
        changes.edit(users, ALICE, once)


def test_a_changeset_that_came_too_late_writes_nothing(table: Table, users: Entity[User]) -> None:
    changes = Changeset().edit(users, ALICE, evolve(ALICE, name="Al", balance=1)).add(users, User("u3", "Carol"))
    users.send(Update({"user_id": "u1"}, updates={"balance": 70}))
    with pytest.raises(
        StaleChangesetError, match=r"nothing was written: User user_id='u1' \(changed since it was read: balance\)"
    ) as stale:
        changes.commit(table)
    [item] = stale.value.items
    assert (item.base, item.mine, item.theirs) == (
        ALICE,
        evolve(ALICE, name="Al", balance=1),
        evolve(ALICE, balance=70),
    )
    assert {one.name: one.collides for one in item.fields} == {"name": False, "balance": True}
    assert there(users, "u3") is None
    assert pickle.loads(pickle.dumps(stale.value)).items == stale.value.items  # noqa: S301  our own
    with pytest.raises(UsageError, match=r"User user_id='u1': balance; give take='mine' or take='theirs'"):
        changes.rebase(stale.value)
    changes.rebase(stale.value, take="theirs").commit(table)
    assert there(users, "u1") == evolve(ALICE, name="Al", balance=70)
    assert there(users, "u3") == User("u3", "Carol")


def test_changes_that_do_not_collide_are_joined(table: Table, users: Entity[User]) -> None:
    changes = Changeset().edit(users, ALICE, evolve(ALICE, name="Al"))
    users.send(Update({"user_id": "u1"}, updates={"balance": 70}))
    with pytest.raises(StaleChangesetError) as stale:
        changes.commit(table)
    changes.rebase(stale.value).commit(table)
    assert there(users, "u1") == evolve(ALICE, name="Al", balance=70)


@pytest.mark.parametrize(("take", "left"), [("mine", ALICE.name), ("theirs", None)])
def test_an_item_that_is_gone_is_put_back_or_left(
    table: Table, users: Entity[User], take: Any, left: str | None
) -> None:
    changes = Changeset().edit(users, ALICE, evolve(ALICE, balance=1)).edit(users, BOB, evolve(BOB, balance=1))
    users.send(Delete({"user_id": "u1"}))
    with pytest.raises(StaleChangesetError, match="it no longer exists") as stale:
        changes.commit(table)
    changes.rebase(stale.value, take=take).commit(table)
    found = there(users, "u1")
    assert (found and found.name) == left
    assert there(users, "u2") == evolve(BOB, balance=1)


def test_a_new_item_that_is_there_already_is_not_overwritten(table: Table, users: Entity[User]) -> None:
    changes = Changeset().add(users, User("u1", "Impostor"))
    with pytest.raises(StaleChangesetError, match="it already exists") as stale:
        changes.commit(table)
    assert changes.rebase(stale.value, take="theirs").edits == ()
    changes.rebase(stale.value, take="mine").commit(table)
    assert there(users, "u1") == User("u1", "Impostor")


def test_a_version_is_all_that_is_looked_at(table: Table) -> None:
    documents = documents_in(table)
    first = documents.send(Put(Document("d1", "a"))).item
    changes = Changeset().edit(documents, first, evolve(first, text="b"))
    assert changes.commit(table).attempts == 1
    found = documents.send(Get({"document_id": "d1"}, consistent=True)).item
    assert found == Document("d1", "b", 2)
    late = Changeset().edit(documents, first, evolve(first, text="c"))
    with pytest.raises(StaleChangesetError) as stale:
        late.commit(table)
    late.rebase(stale.value, take="mine").commit(table)
    assert documents.send(Get({"document_id": "d1"}, consistent=True)).item == Document("d1", "c", 3)


def test_what_was_stored_before_a_field_was_there_is_the_same_item(table: Table, client: Any) -> None:
    users = users_in(table)
    client.put_item(
        TableName=table.name,
        Item={"PK": {"S": "USER#u5"}, "SK": {"S": "META"}, "user_id": {"S": "u5"}, "name": {"S": "Old"}},
    )
    old = there(users, "u5")
    assert old is not None
    Changeset().edit(users, old, evolve(old, name="New")).commit(table)
    assert there(users, "u5") == evolve(old, name="New")


@frozen
class Event:
    event_id: str
    at: datetime
    note: str = ""
    gone: str | None = None


def test_an_item_that_another_program_stored_in_another_form_is_what_was_read(table: Table, client: Any) -> None:
    events = Entity(Event, table, partition_key="EVENT#{event_id}", sort_key="META")
    stored_item = {"PK": {"S": "EVENT#e1"}, "SK": {"S": "META"}, "event_id": {"S": "e1"}, "gone": {"NULL": True}}
    client.put_item(TableName=table.name, Item={**stored_item, "at": {"S": "2026-01-02T05:04:05+02:00"}})
    old = events.send(Get({"event_id": "e1"}, consistent=True)).item
    assert old is not None
    Changeset().edit(events, old, evolve(old, note="seen")).commit(table)
    assert events.send(Get({"event_id": "e1"}, consistent=True)).item == evolve(old, note="seen")
    client.put_item(TableName=table.name, Item={**stored_item, "at": {"S": "2026-01-02T06:04:05+02:00"}})
    with pytest.raises(StaleChangesetError, match="changed since it was read: at"):
        Changeset().edit(events, old, evolve(old, note="again")).commit(table)


def test_committed_twice_it_is_applied_once(table: Table, users: Entity[User], engine: Engine) -> None:
    engine.requires("token_replay")
    changes = Changeset().edit(users, ALICE, evolve(ALICE, balance=1))
    changes.commit(table)
    users.send(Put(ALICE))  # somebody takes it back
    changes.commit(table)  # the same commit, repeated: it was applied
    assert there(users, "u1") == ALICE
    Changeset().edit(users, ALICE, evolve(ALICE, balance=1)).commit(table)  # the same edit, wanted anew
    assert there(users, "u1") == evolve(ALICE, balance=1)


def test_it_is_stored_and_committed_by_somebody_else(table: Table, users: Entity[User]) -> None:
    changes = (
        Changeset().edit(users, ALICE, evolve(ALICE, name="Al")).delete(users, BOB).add(users, User("u3", "Carol"))
    )
    again = Changeset.from_json(changes.to_json(), [users_in(table), documents_in(table)])
    assert [(edit.base, edit.mine) for edit in again.edits] == [(edit.base, edit.mine) for edit in changes.edits]
    assert again.to_json() == changes.to_json()
    again.commit(table)
    assert [there(users, name) for name in ("u1", "u2")] == [evolve(ALICE, name="Al"), None]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "not a changeset of format 1"),
        ('{"format": 2, "id": "x", "edits": []}', "not a changeset of format 1"),
        ('{"format": 1, "id": "x", "edits": {}}', "it has no edits"),
        ('{"format": 1, "id": "x", "edits": [5]}', "edit 0 is int"),
        ('{"format": 1, "id": "x", "edits": [{"entity": "Nobody"}]}', "edit 0 is of entity 'Nobody'"),
        ('{"format": 1, "id": "x", "edits": [{"entity": "User"}]}', "edit 0 has no item"),
        ('{"format": 1, "id": "x", "edits": [{"entity": "User", "mine": 5}]}', "does not fit User"),
        (
            '{"format": 1, "id": "x", "edits": [{"entity": "User", "mine": {"user_id": {"N": "5"}}}]}',
            "does not fit User",
        ),
    ],
)
def test_what_is_no_changeset_is_one_error(table: Table, text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Changeset.from_json(text, [users_in(table)])


def test_the_difference_is_shown_without_what_is_hidden(users: Entity[User]) -> None:
    diff = Changeset().edit(users, ALICE, evolve(ALICE, name="Al", secret="s3cret")).delete(users, BOB).diff()
    assert str(diff).splitlines() == [
        "2 staged edits",
        "Edit User user_id='u1'",
        "  name: 'Alice' -> 'Al'",
        "  secret: (hidden)",
        "Delete User user_id='u2'",
        "  user_id: 'u2' -> nothing",
        "  name: 'Bob' -> nothing",
        "  balance: 0 -> nothing",
        "  tags: frozenset() -> nothing",
        "  notes: {} -> nothing",
        "  secret: (hidden)",
    ]
    assert "s3cret" in diff.show(hidden=True)
    assert "s3cret" not in diff._repr_html_()
    pytest.importorskip("rich.text")
    assert "Alice" in diff.__rich__().plain


def test_more_than_a_transaction_takes_is_refused_with_a_plan(table: Table, users: Entity[User]) -> None:
    changes = Changeset()
    for number in range(101):
        changes = changes.add(users, User(f"n{number}", "x"))
    with pytest.raises(UsageError, match=r"101 operations \(101 on User\).*does not split it.*2 changesets"):
        changes.commit(table)
    with pytest.raises(UsageError, match="no edits"):
        Changeset().command()


@pytest.mark.parametrize(
    ("stage", "says"),
    [
        (lambda users: Changeset().edit(users, ALICE, BOB), r"use move\(...\)"),
        (lambda users: Changeset().move(users, ALICE, evolve(ALICE, name="x")), r"use edit\(...\)"),
        (lambda users: Changeset().add(users, User("u1", 5)), "expected str, found int"),
        (lambda users: Changeset().add(ALICE, users), "the first argument must be an entity"),
        (
            lambda users: Changeset().move(users, ALICE, evolve(ALICE, user_id="u2")).delete(users, BOB),
            "stage one move",
        ),
    ],
)
def test_what_cannot_be_staged_is_refused_at_once(users: Entity[User], stage: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        stage(users)


def test_a_changeset_of_another_table_is_refused(table: Table, users: Entity[User]) -> None:
    with pytest.raises(TableMismatchError):
        Changeset().delete(users, BOB).commit(Table("other", transport=ScriptedTransport()))


def test_it_is_awaited_as_well(table: Table, users: Entity[User]) -> None:
    asyncio.run(Changeset().delete(users, BOB).acommit(table))
    assert there(users, "u2") is None


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=4)
values: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts.filter(bool), inner, max_size=3),
    max_leaves=4,
)
people = st.builds(
    User,
    st.just("u1"),
    texts,
    st.integers(-5, 5),
    st.none() | texts,
    st.frozensets(texts.filter(bool), max_size=3),
    st.none() | st.builds(Address, texts, st.none() | texts),
    st.dictionaries(texts.filter(bool), values, max_size=3),
)


@examples(50)
@given(old=people, new=people)
def test_the_smallest_update_makes_one_of_the_other(table: Table, engine: Engine, old: User, new: User) -> None:
    if engine.name == "moto":
        pytest.skip(f"{engine.name} compares nested values in ways of its own")
    users = users_in(table)
    users.send(Put(old))
    changes = Changeset().edit(users, old, new)
    if changes.edits:
        Changeset.from_json(changes.to_json(), [users]).commit(table)
    found = there(users, "u1")
    assert found is not None
    assert json.loads(users.__model__.encode(found).text) == json.loads(users.__model__.encode(new).text)
