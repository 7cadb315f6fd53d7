"""What a changeset shows of itself."""

from __future__ import annotations

from attrs import evolve, field, frozen

from dynamo_document_builder import Changeset, Entity
from tests.unit.changesets.people import ADA, BOB, Home, Paper, Plain, papers, people, plains, table


@frozen
class Login:
    login_id: str
    secret: str = field(default="", repr=False, eq=False)


logins = Entity(Login, table, partition_key="LOGIN#{login_id}", sort_key="META")


def test_each_edit_says_what_becomes_of_which_field() -> None:
    changes = (
        Changeset()
        .edit(people, evolve(ADA, anything=1), evolve(ADA, anything=True, note="x"))
        .delete(people, BOB)
        .move(papers, Paper("d", "a", 3), Paper("e", "a", 3))
    )
    assert str(changes.diff()).splitlines() == [
        "3 staged edits",
        "Edit Person person_id='p1'",
        "  note: '' -> 'x'",
        "  anything: 1 -> True",
        "Delete Person person_id='p2'",
        "  person_id: 'p2' -> nothing",
        "  name: 'Bob' -> nothing",
        "  note: '' -> nothing",
        "  tags: frozenset() -> nothing",
        "  notes: {} -> nothing",
        "Move Paper paper_id='d'",
        "  paper_id: 'd' -> 'e'",
    ]


def test_a_class_without_equality_shows_what_is_stored_in_another_form() -> None:
    diff = Changeset().edit(plains, Plain("x", "a"), Plain("x", "b", Home("Oslo"))).diff()
    assert [(change.name, change.old, change.new) for change in diff.items[0].fields] == [("name", "a", "b")]


def test_what_the_schema_hides_is_named_and_not_shown() -> None:
    diff = Changeset().edit(logins, Login("a", "old"), Login("a", "new")).diff()
    assert str(diff).splitlines()[-1] == "  secret: (hidden)"
    assert "old" not in diff._repr_html_()
    assert "'old' -> 'new'" in diff.show(hidden=True)


@frozen
class Address:
    city: str
    pin: str = field(default="", repr=False)


@frozen
class Owner:
    owner_id: str
    address: Address | None = None
    others: tuple[Address, ...] = ()
    by_name: dict[str, Address] = field(factory=dict[str, Address])


owners = Entity(Owner, table, partition_key="OWNER#{owner_id}", sort_key="META")
OSLO, CHANGED = Address("Oslo", "s3cr3t"), Address("Oslo", "n3w")


def test_a_nested_change_that_the_schema_hides_is_named() -> None:
    old = Owner("a", OSLO, (OSLO,), {"home": OSLO})
    diff = Changeset().edit(owners, old, Owner("a", CHANGED, (CHANGED,), {"home": CHANGED})).diff()
    assert str(diff).splitlines()[2:] == [
        "  address.pin: (hidden)",
        "  others[0].pin: (hidden)",
        "  by_name.home.pin: (hidden)",
    ]
    assert "s3cr3t" not in diff._repr_html_()
    assert diff.show(hidden=True).splitlines()[2:] == [
        "  address.pin: 's3cr3t' -> 'n3w'",
        "  others[0].pin: 's3cr3t' -> 'n3w'",
        "  by_name.home.pin: 's3cr3t' -> 'n3w'",
    ]


def test_a_nested_change_is_shown_beside_what_is_hidden_in_it() -> None:
    diff = Changeset().edit(owners, Owner("a", OSLO), Owner("a", Address("Bergen", "n3w"))).diff()
    assert str(diff).splitlines()[2:] == [
        "  address: Address(city='Oslo') -> Address(city='Bergen')",
        "  address.pin: (hidden)",
    ]
    added = Changeset().add(owners, Owner("a", OSLO)).diff()
    assert "  address: nothing -> Address(city='Oslo')\n  address.pin: (hidden)" in str(added)
