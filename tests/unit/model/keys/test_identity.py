"""An item is held against the key it lies under, however it is read; whose it is, its key tells."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any, TypedDict
from uuid import UUID

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    Entity,
    Get,
    Query,
    Scan,
    StoredItemError,
    Table,
    UsageError,
    greater_than,
    key,
    stored,
)
from dynamo_document_builder.model.keys.identity import belongs
from tests.unit.play import play

table = Table("app")
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


@frozen
class Event:
    name: str
    at: datetime = WHEN
    ref: UUID = field(default=UUID(int=10))
    day: date = date(2026, 1, 2)
    number: int = 5


class Row(TypedDict):
    name: str
    number: int


def events(sort_key: Any, **more: Any) -> Entity[Event]:
    return Entity(Event, more.pop("table", table), partition_key="E#{name}", sort_key=sort_key, **more)


def stored_of(entity: Entity[Any], item: Any, **more: str) -> bytes:
    wire = json.loads(entity.__model__.encode(item).text) | {name: {"S": text} for name, text in more.items()}
    return json.dumps(wire).encode()


SORT_KEYS: list[Any] = [
    "{at}",
    "{ref}",
    "{day:%Y}",
    "{number:06d}",
    "META",
    lambda e: key(e.at, e.number),
    lambda e: f"e|{e.at}",
    lambda e: e.name.title(),
]


@pytest.mark.parametrize("sort_key", SORT_KEYS)
@pytest.mark.parametrize("trusted", [False, True])
def test_an_item_under_its_own_key_is_read(sort_key: Any, *, trusted: bool) -> None:
    entity = events(sort_key)
    assert entity.__model__.decode(stored_of(entity, Event("a")), trusted=trusted) == Event("a")


@pytest.mark.parametrize("sort_key", SORT_KEYS)
@pytest.mark.parametrize("trusted", [False, True])
@pytest.mark.parametrize("command", [Get({"name": "a"}), Scan()])
def test_an_item_under_another_key_is_refused_and_both_are_shown(sort_key: Any, command: Any, *, trusted: bool) -> None:
    entity = events(sort_key)
    body = stored_of(entity, Event("a"), PK="E#b").decode()
    text = "PK: expected 'E#a', which its fields build, found stored 'E#b'"
    with pytest.raises(StoredItemError, match=text) as caught:
        entity.__model__.decode(body.encode(), trusted=trusted)
    assert [failure.path for failure in caught.value.failures] == ["PK"]
    if isinstance(command, Get):
        whole = Get(Event("a"), skip_validation=trusted)
        with pytest.raises(StoredItemError, match=text):
            play(whole.__flow__(entity.__model__), f'{{"Item":{body}}}'.encode())
    else:
        with pytest.raises(StoredItemError, match=text):
            play(Scan(skip_validation=trusted).__flow__(entity.__model__), f'{{"Items":[{body}]}}'.encode())


@pytest.mark.parametrize(
    ("sort_key", "text"),
    [
        ("{at}", "2026-01-01T00:00:00Z"),
        ("{at}", "2026-01-01T01:00:00.000000+01:00"),
        ("{ref}", "00000000-0000-0000-0000-00000000000A"),
        ("{number:06d}", "5"),
        ("META", "META2"),
        ("N#{number}", "N#05"),
    ],
)
def test_a_text_that_means_the_same_is_another_key(sort_key: str, text: str) -> None:
    entity = events(sort_key)
    with pytest.raises(StoredItemError, match="SK: expected"):
        entity.__model__.decode(stored_of(entity, Event("a"), SK=text))


@pytest.mark.parametrize("gone", ["PK", "SK"])
def test_an_answer_without_the_key_is_read_as_it_is(gone: str) -> None:
    entity = events("META")
    wire = json.loads(stored_of(entity, Event("a")))
    del wire[gone]
    assert entity.__model__.decode(json.dumps(wire).encode()) == Event("a")


def test_a_key_that_is_a_field_of_text_or_a_number_needs_no_second_look() -> None:
    rows = Entity(Row, Table("rows", partition_key="name", sort_key="number"))
    assert not rows.__model__.plan.is_checked
    assert rows.__model__.decode(b'{"name":{"S":"a"},"number":{"N":"5.0"}}') == {"name": "a", "number": 5}


@pytest.mark.parametrize(
    ("key", "belonging"),
    [
        (("E#a", "2026#000005"), True),
        (("E#a", "2026#5"), True),
        (("E#a", "26#000005"), True),
        (("E#a", "META"), False),
        (("F#a", "2026#000005"), False),
        (("E#", "2026#000005"), False),
        (("E#a#b", "2026#000005"), False),
    ],
)
def test_a_key_belongs_to_an_entity_or_is_foreign(key: tuple[str, str], *, belonging: bool) -> None:
    plan = events("{day:%Y}#{number:06d}").__model__.plan
    raw = json.dumps({"PK": {"S": key[0]}, "SK": {"S": key[1]}}).encode()
    assert belongs(plan, raw) is belonging


TWINS: list[dict[str, Any]] = [
    {"name": {"S": "b"}},
    {"name": {"BOOL": True}},
    {"at": {"S": "2027-01-01T00:00:00.000000Z"}, "number": {"N": "6"}},
]


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("twin", TWINS, ids=str)
@pytest.mark.parametrize("sort_key", ["{at}", "{number:06d}", lambda e: key(e.at, e.number)])
@pytest.mark.parametrize("trusted", [False, True])
def test_a_query_looks_at_the_key_of_every_item(sort_key: Any, twin: Any, place: int, *, trusted: bool) -> None:
    entity = events(sort_key)
    own = json.loads(stored_of(entity, Event("a")))
    items = [own | twin if one == place else own for one in range(3)]
    query = Query({"name": "a"}, sort_key_condition=greater_than("!"), skip_validation=trusted, on_unfit="collect")
    _, found = play(query.__flow__(entity.__model__), json.dumps({"Items": items}).encode())
    assert found.items == [Event("a"), Event("a")]
    assert [one.item for one in found.unfit] == [own | twin]


def test_the_first_item_of_a_page_has_the_partition_that_was_asked_for() -> None:
    entity = events("{at}")
    body = f'{{"Items":[{stored_of(entity, Event("a"), PK="E#b").decode()}]}}'.encode()
    with pytest.raises(StoredItemError, match="PK: expected 'E#a', which its fields build, found stored 'E#b'"):
        play(Query({"name": "a"}).__flow__(entity.__model__), body)


def test_foreign_items_are_left_out_and_those_that_resemble_are_errors() -> None:
    entity = events("N#{number:06d}")
    own = stored_of(entity, Event("a")).decode()
    foreign = '{"PK":{"S":"E#a"},"SK":{"S":"META"}}'
    resembling = stored_of(entity, Event("a"), SK="N#5").decode()
    _, found = play(
        Query({"name": "a"}).__flow__(entity.__model__), f'{{"Items":[{foreign},{own}],"ScannedCount":2}}'.encode()
    )
    assert (found.items, found.count) == ([Event("a")], 1)
    with pytest.raises(StoredItemError, match="SK: expected 'N#000005'"):
        play(Query({"name": "a"}).__flow__(entity.__model__), f'{{"Items":[{resembling}]}}'.encode())


def test_a_function_tells_no_neighbours() -> None:
    entity = events(lambda e: e.name.title())
    with pytest.raises(UsageError, match="cannot be told apart: Event builds SK by a function"):
        table.request(Scan(entities=entity | events("META", name="Other")))


@frozen
class Visit:
    name: str = field(metadata=stored(key_only=True))
    day: date = field(metadata=stored(key_only=True))
    page: str = ""


def test_fields_of_the_key_alone_come_from_it() -> None:
    visits = Entity(Visit, table, partition_key="V#{name}", sort_key="{day}")
    visit = Visit("a", date(2026, 1, 2), "home")
    assert json.loads(visits.__model__.encode(visit).text) == {
        "PK": {"S": "V#a"},
        "SK": {"S": "2026-01-02"},
        "page": {"S": "home"},
    }
    assert visits.__model__.decode(visits.__model__.encode(visit).text.encode()) == visit
    with pytest.raises(StoredItemError):
        visits.__model__.decode(b'{"PK":{"S":"V#a"},"SK":{"S":"2026-1-2"},"page":{"S":"home"}}')


def test_a_stored_key_is_parsed_and_built() -> None:
    entity = events("{day}#{number:06d}")
    built = entity.key_of({"name": "a", "day": date(2026, 1, 2), "number": 7})
    assert built == {"PK": "E#a", "SK": "2026-01-02#000007"}
    assert entity.parse_key(built) == {"name": "a", "day": date(2026, 1, 2), "number": 7}
    assert entity.parse_key({"PK": "E#a"}) == {"name": "a"}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"PK": "F#a"}, "PK is not a key that E#{name} builds"),
        ({"SK": "x"}, r"no field can be read from SK \(function: .*\); write it as a template"),
        ({"PX": "E#a"}, "'PX' is not a key attribute; it has 'PK', 'SK'"),
        ({"PK": 5}, "PK is text, not of type int"),
    ],
)
def test_what_is_no_key_is_not_parsed(given: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError, match=text):
        events(lambda e: e.name.title()).parse_key(given)
