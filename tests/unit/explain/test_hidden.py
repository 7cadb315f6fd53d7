"""Explanations and reports without the values of fields with `repr=False`, wherever these stand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from dataclasses import field as own_field
from typing import Any

import pytest
from attrs import field, frozen
from pydantic import BaseModel
from pydantic import Field as ModelField

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    ConditionCheck,
    Delete,
    Entity,
    Get,
    IndexKeys,
    Put,
    Query,
    Scan,
    Table,
    TableTransactWrite,
    TestCondition,
    TransactWrite,
    Update,
    add_to_set,
    append,
    attr,
    begins_with,
    between,
    contains,
    if_not_exists,
    is_in,
    not_,
    or_,
    remove_from_set,
    set_,
    size,
    stored,
)
from dynamo_document_builder.schema.plain_json.writer import masked_jsonable, to_jsonable
from dynamo_document_builder.testing import ScriptedTransport, answer

SECRET = "hunter2"


@frozen
class Card:
    holder: str = "Al"
    number: str = field(default=SECRET, repr=False)


@frozen
class User:
    user_id: str
    name: str = "Alice"
    password: str = field(default=SECRET, repr=False, metadata=stored(alias="pw"))
    tags: frozenset[str] = field(default=frozenset({SECRET}), repr=False)
    notes: tuple[str, ...] = field(default=(SECRET,), repr=False)
    card: Card = field(factory=Card)
    cards: tuple[Card, ...] = (Card(),)
    by_name: dict[str, Card] = field(factory=lambda: {"a": Card()})


table = Table("shop", global_secondary_indexes={"by_pw": {"partition_key": "GPK", "sort_key": "GSK"}})
users = Entity(
    User,
    table,
    partition_key="U#{user_id}",
    sort_key="M",
    global_secondary_indexes={"by_pw": IndexKeys(partition_key="P#{password}", sort_key="M")},
)
ONE = {"user_id": "u1"}

COMMANDS: list[Any] = [
    Put(User("u1")),
    Put(User("u1"), condition={"password": SECRET}),
    Put(User("u1"), condition=or_({"name": "x"}, not_({"password": begins_with(SECRET)}))),
    Update(ONE, updates={"password": SECRET}),
    Update(ONE, updates={"tags": add_to_set({SECRET})}),
    Update(ONE, updates={"tags": remove_from_set({SECRET})}),
    Update(ONE, updates={"notes": append((SECRET,))}),
    Update(ONE, updates={"card.number": if_not_exists(attr("card", "number"), SECRET)}),
    Update(ONE, updates=[set_(attr("card", "number"), SECRET)]),
    Update(ONE, updates={"card": Card(number=SECRET)}),
    Update(ONE, updates={"name": "x"}, condition={"cards[0].number": SECRET}),
    Delete(ONE, condition={"password": is_in("a", SECRET)}),
    Delete(ONE, condition={"by_name.a.number": between(SECRET, f"{SECRET}z")}),
    Delete(ONE, condition={"card": Card(number=SECRET)}),
    Delete(ONE, condition=contains(attr("notes"), SECRET)),
    TestCondition(ONE, condition={"password": SECRET}),
    Query(ONE, filter={"password": SECRET}),
    Query(index={"by_pw": {"password": SECRET}}),
    Query(index={"by_pw": {"password": SECRET}}, sort_key_condition=begins_with("M")),
    Scan(filter={"password": SECRET}),
    BatchWrite([User("u1"), User("u2")]),
    TransactWrite([Put(User("u1")), Update({"user_id": "u2"}, updates={"password": SECRET})]),
    TransactWrite([ConditionCheck({"user_id": "u3"}, condition={"password": SECRET}), Put(User("u1"))]),
]


def texts(explanation: Any) -> str:
    return f"{explanation} {explanation._repr_html_()} {explanation!r} {explanation.body}"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: type(one).__name__)
def test_no_text_has_a_hidden_value(command: Any) -> None:
    assert SECRET in texts(users.explain(command))
    explained = users.explain(command, hidden=False)
    assert SECRET not in texts(explained)
    in_the_request = SECRET in users.explain(command).body
    assert any("are replaced, so this request" in note for note in explained.notes) is in_the_request


@pytest.mark.parametrize("command", [Get(ONE), BatchGet([ONE]), Delete(ONE), Delete(ONE, condition={"name": "x"})])
def test_a_request_without_hidden_values_stays_byte_for_byte(command: Any) -> None:
    assert users.explain(command, hidden=False) == users.explain(command)


def test_a_shown_value_beside_a_hidden_one_is_shown() -> None:
    both = Update(ONE, updates={"password": SECRET, "name": "Bob"}, condition={"card.holder": "Al", "card.number": "1"})
    [sentence] = users.explain(both, hidden=False).sentences
    assert sentence.startswith("Update User user_id='u1': set password to (hidden), set name to 'Bob'")
    assert sentence.endswith("if card.holder is 'Al' and card.number is (hidden)")


def test_a_table_explains_the_same_way() -> None:
    command = TableTransactWrite([users.prepare([Put(User("u1"))])])
    assert SECRET in table.explain(command).body
    assert SECRET not in texts(table.explain(command, hidden=False))


def test_the_size_of_a_hidden_value_is_hidden() -> None:
    command = Delete(ONE, condition={"password": size(7123)})
    assert "7123" not in texts(users.explain(command, hidden=False))


@pytest.mark.parametrize("condition", [{"password": SECRET}, {"card.number": SECRET}, {"card": Card(number=SECRET)}])
def test_a_report_shows_a_hidden_value_on_request_only(condition: Any) -> None:
    keys = {"PK": {"S": "U#u1"}, "SK": {"S": "M"}, "GPK": {"S": f"P#{SECRET}"}, "GSK": {"S": "M"}}
    item = {**keys, **{name: wire for name, wire in stored_form(User("u1")).items() if name not in keys}}
    table.connect(transport=ScriptedTransport(answer({"Item": item})))
    found = users.send(TestCondition(ONE, condition=condition))
    assert SECRET not in f"{found.show(values=True)} {found} {found._repr_html_()} {found!r}"
    assert "passes" in found.show(values=True)
    if "card" not in condition:  # a class hides its own fields whatever is asked
        assert SECRET in found.show(values=True, hidden=True)


def stored_form(user: User) -> dict[str, Any]:
    form: dict[str, Any] = json.loads(users.__model__.encode(user).text)
    return form


@dataclass
class Plain:
    name: str
    password: str = own_field(default=SECRET, repr=False)


class Model(BaseModel):
    name: str
    password: str = ModelField(default=SECRET, repr=False)
    inner: list[Plain] = [Plain("x")]


@pytest.mark.parametrize("item", [User("u1"), Plain("x"), Model(name="x"), {"a": [Plain("x")], "b": Model(name="y")}])
def test_json_that_is_shown_has_marks(item: Any) -> None:
    assert SECRET in json.dumps(to_jsonable(item))
    shown = json.dumps(masked_jsonable(item))
    assert SECRET not in shown
    assert "(hidden)" in shown


def test_a_report_names_the_hidden_member_that_differs() -> None:
    keys = {"PK": {"S": "U#u1"}, "SK": {"S": "M"}, "GPK": {"S": f"P#{SECRET}"}, "GSK": {"S": "M"}}
    item = {**keys, **{name: wire for name, wire in stored_form(User("u1")).items() if name not in keys}}
    table.connect(transport=ScriptedTransport(answer({"Item": item})))
    found = users.send(TestCondition(ONE, condition={"card": Card(number="another")}))
    assert "; card.number differs (hidden)" in found.show(values=True)
    assert SECRET not in f"{found.show(values=True)} {found._repr_html_()} {found!r}"
    assert f"; card.number is {SECRET!r}, not 'another'" in found.show(values=True, hidden=True)
