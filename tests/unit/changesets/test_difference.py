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
