"""Items that are read alike are what they are one by one, and so is every refusal."""

from __future__ import annotations

import json
from random import Random
from typing import Any, Literal

import pytest
from attrs import frozen
from hypothesis import given

from dynamo_document_builder import Entity, Table, TransactGet, UnexpectedResponseError, key
from dynamo_document_builder.model.entities.entity_model import EntityModel
from dynamo_document_builder.transactions import read as reading
from dynamo_document_builder.transactions.read_slots import GetSlots
from tests.unit.both_ways import SEEDS, User, outcome
from tests.unit.play import play
from tests.unit.things import user_key


@frozen
class Card:
    user_id: str
    kind: Literal["card"] = "card"


@frozen
class Cash:
    user_id: str
    kind: Literal["cash"] = "cash"


def entity(schema: Any, table: Table | None = None) -> Entity[Any]:
    where = table or Table("app")
    return Entity(schema, where, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")


USERS = entity(User)
GET = TransactGet([{"user_id": "u1"}, {"user_id": "u2"}, {"user_id": "u3"}])
FITS: dict[str, Any] = {
    **user_key("u1"),
    "user_id": {"S": "u1"},
    "name": {"S": "Alice"},
    "more": {"L": [{"NULL": True}]},
}
ITEMS: list[Any] = [
    {"Item": FITS},
    {"Item": {**user_key("u2"), "user_id": {"S": "u2"}, "tags": {"SS": ["a"]}}},
    {},
    {"Item": {**FITS, **user_key("u2")}},
    {"Item": {"user_id": {"S": "u1"}}},
    {"Item": {**FITS, "SK": {"N": "5"}}},
    {"Item": {**user_key("5"), "user_id": {"N": "5"}}},
    {"Item": {"name": {"S": "x"}}},
    {"Item": {**FITS, "name": {"S": "Alice Example"}}},
    {"Item": {}},
    {"Item": None},
    5,
]


def both_ways(users: Entity[Any], command: Any, body: bytes) -> tuple[Any, Any]:
    alike = outcome(users, command, body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "read_alike", lambda *_: None)
        return alike, outcome(users, command, body)


@given(seed=SEEDS)
def test_any_answer_is_the_same_both_ways(seed: int) -> None:
    chance = Random(seed)
    answer: Any = {"Responses": [chance.choice(ITEMS[:3] if chance.random() < 0.5 else ITEMS) for _ in range(3)]}
    if chance.random() < 0.1:
        answer["Responses"] = answer["Responses"][: chance.randrange(3)]
    if chance.random() < 0.3:
        answer["ConsumedCapacity"] = [{"TableName": "app", "CapacityUnits": 6.0}]
    body = json.dumps(answer).encode()
    if chance.random() < 0.2:
        body = body[: chance.randrange(len(body))]
    command = TransactGet(list(GET.keys), skip_validation=chance.random() < 0.3)
    alike, one_by_one = both_ways(USERS, command, body)
    assert alike == one_by_one


def test_items_holes_and_capacity_come() -> None:
    answer = {"Responses": ITEMS[:3], "ConsumedCapacity": [{"TableName": "app", "CapacityUnits": 6.0}]}
    _, found = play(GET.__flow__(USERS.__model__), answer)
    assert found.items == [User("u1", "Alice"), User("u2", tags=frozenset("a")), None]
    assert found.consumed_capacity[0].capacity_units == 6.0


@pytest.mark.parametrize("schema", [User, Card | Cash])
def test_what_tells_itself_by_more_than_its_fields_is_read_one_by_one(schema: Any) -> None:
    tagged = entity(schema, Table("app", entity_attribute="_type"))
    wrong = {"Item": {**FITS, "kind": {"S": "card"}, "_type": {"S": "Other"}}}
    alike, one_by_one = both_ways(tagged, TransactGet([{"user_id": "u1"}]), json.dumps({"Responses": [wrong]}).encode())
    assert alike == one_by_one
    assert "Other" in alike[1]


def test_a_union_is_read_by_its_tag() -> None:
    stored = [{**user_key("u"), "user_id": {"S": "u"}, "kind": {"S": kind}} for kind in ("card", "cash")]
    answer = {"Responses": [{"Item": item} for item in stored]}
    _, found = play(TransactGet([{"user_id": "a"}, {"user_id": "b"}]).__flow__(entity(Card | Cash).__model__), answer)
    assert found.items == [Card("u"), Cash("u")]


@pytest.mark.parametrize("count", [0, 2, 4])
def test_another_number_of_items_is_no_answer(count: int) -> None:
    with pytest.raises(UnexpectedResponseError, match=f"DynamoDB answered {count} of 3 keys"):
        play(GET.__flow__(USERS.__model__), {"Responses": [{"Item": FITS}] * count})


@pytest.mark.parametrize(
    "keys",
    [
        [{"user_id": "u1"}, {"user_id": "u2"}],
        [{"user_id": "u1"}, {"user_id": "u1"}],
        [{"user_id": f"u{number}"} for number in range(101)],
        [{"user_id": "é"}, User("u2")],
        [{"user_id": ""}],
        [{"user_id": 5}, {"nobody": "x"}],
        [{}],
        [],
    ],
)
@pytest.mark.parametrize("projection", [None, ["name"], ["nobody"]])
def test_keys_are_written_or_refused_the_same_both_ways(keys: Any, projection: Any) -> None:
    command: Any = TransactGet(keys, projection=projection)
    body = json.dumps({"Responses": [{}] * len(keys)}).encode()
    at_once = outcome(USERS, command, body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EntityModel, "encode_keys_fast", lambda *_: None)
        assert outcome(USERS, command, body) == at_once


def test_groups_of_one_table_are_written_at_once_and_those_of_several_are_not() -> None:
    names = Entity(User, Table("app"), partition_key=lambda u: key("NAME", u.user_id), sort_key=lambda _: "META")
    one = GetSlots([USERS.prepare(GET), names.prepare(GET)], trusted=False)
    assert [json.loads(entry)["Get"]["Key"]["PK"]["S"] for entry in one.quick() or ()] == [
        f"{prefix}#u{number}" for prefix in ("USER", "NAME") for number in (1, 2, 3)
    ]
    same_items = GetSlots([USERS.prepare(GET), entity(User).prepare(GET)], trusted=False)
    assert same_items.quick() is None
    other = entity(User, Table("other"))
    several = GetSlots([USERS.prepare(GET), other.prepare(GET)], trusted=False)
    assert several.quick() is None
    assert len(several) == 6
    assert [slot.entity for slot in several] == [USERS.__model__] * 3 + [other.__model__] * 3
    assert several[3:][0].entity is other.__model__
