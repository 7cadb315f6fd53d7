"""`present` says to type checkers that an optional field is meant where it is there, and does nothing at run time."""

from __future__ import annotations

import pytest
from attrs import frozen

from dynamo_document_builder import Entity, Table, Update, begins_with, present, set_
from tests.unit.play import play


@frozen
class Home:
    city: str
    zip_code: str | None = None


@frozen
class Guest:
    guest_id: str
    email: str | None = None
    home: Home | None = None


guests = Entity(Guest, Table("app"), partition_key="GUEST#{guest_id}", sort_key="META")


def test_it_returns_its_very_argument() -> None:
    home = Home("Oslo")
    assert present(home) is home


@pytest.mark.parametrize(
    ("with_it", "without"),
    [
        (guests.where(lambda g: begins_with(present(g.email), "a")), {"email": begins_with("a")}),
        (guests.where(lambda g: present(g.home).city == "Oslo"), {"home.city": "Oslo"}),
        (
            guests.where(lambda g: begins_with(present(present(g.home).zip_code), "0")),
            {"home.zip_code": begins_with("0")},
        ),
    ],
)
def test_a_condition_with_it_is_sent_as_the_condition_without(with_it: object, without: object) -> None:
    sent = [
        guests.request(Update({"guest_id": "g1"}, updates={"email": "x"}, condition=condition)).body
        for condition in (with_it, without)
    ]
    assert sent[0] == sent[1]


def test_a_change_of_a_field_of_an_optional_object() -> None:
    changes = guests.changes(lambda g: [set_(present(g.home).city, "Bergen")])
    [payload], _ = play(Update({"guest_id": "g1"}, updates=changes).__flow__(guests.__model__), {})
    assert payload["UpdateExpression"].startswith("SET #0.#1 = :0")
    assert payload["ExpressionAttributeValues"][":0"] == {"S": "Bergen"}
