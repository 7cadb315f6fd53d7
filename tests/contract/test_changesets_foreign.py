"""Staged edits of items that other programs stored in forms of their own: no conflict, and nothing is lost."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  the class of a field
from decimal import Decimal  # noqa: TC003  the same
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict
from uuid import UUID  # noqa: TC003  the same

import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import (
    Changeset,
    Database,
    Entity,
    Get,
    Put,
    StaleChangesetError,
    Table,
    TableMismatchError,
    Update,
    stored,
)

if TYPE_CHECKING:
    from tests.contract.conftest import OpenTable, Stored


@frozen
class Geo:
    lat: float = 0.0
    note: str | None = None


class Links(TypedDict):
    home: str
    blog: NotRequired[str | None]


@frozen
class Place:
    city: str = "Oslo"
    street: str | None = None
    geo: Geo = Geo()


@frozen
class Thing:
    thing_id: str
    name: str = ""
    count: float = 0.0
    price: Decimal | None = None
    at: datetime | None = None
    owner: UUID | None = None
    gone: str | None = None
    tags: frozenset[str] = frozenset()
    sizes: frozenset[int] = frozenset()
    place: Place = Place()
    other: Place | None = None
    links: Links | None = None
    lines: list[Geo] = field(factory=list[Geo])
    counters: dict[str, int] = field(factory=dict[str, int])
    anything: Any = None


@frozen
class Kept(Thing):
    version: int = field(default=0, metadata=stored(version=True))


KEY = {"PK": {"S": "THING#t1"}, "SK": {"S": "META"}}
FOREIGN: dict[str, Any] = {
    "name": {"S": "old"},
    "count": {"N": "1.50"},
    "price": {"N": "1E+2"},
    "at": {"S": "2026-01-02T05:04:05+02:00"},
    "owner": {"S": "0F8FAD5B-D9CB-469F-A165-70867728950E"},
    "gone": {"NULL": True},
    "tags": {"SS": ["b", "a"]},
    "sizes": {"NS": ["10", "2.0"]},
    "place": {"M": {"city": {"S": "Bergen"}, "street": {"NULL": True}, "extra": {"S": "kept"}}},
    "other": {"M": {"geo": {"M": {"lat": {"N": "1.0"}, "extra": {"N": "1"}}}, "extra": {"BOOL": True}}},
    "links": {"M": {"home": {"S": "a"}, "blog": {"NULL": True}, "extra": {"S": "kept"}}},
    "lines": {"L": [{"M": {"lat": {"N": "2.0"}, "note": {"NULL": True}}}]},
    "counters": {"M": {"a": {"N": "01"}}},
    "anything": {"M": {"n": {"N": "1.0"}, "s": {"SS": ["z", "a"]}, "nothing": {"NULL": True}}},
    "unknown": {"M": {"deep": {"L": [{"NULL": True}]}}},
}


def things_in(table: Table, cls: type[Any]) -> Entity[Any]:
    return Entity(cls, table, partition_key="THING#{thing_id}", sort_key="META")


def put(client: Any, table: Table, **attributes: Any) -> None:
    client.put_item(TableName=table.name, Item={**KEY, "thing_id": {"S": "t1"}, **attributes})


def read(things: Entity[Any]) -> Any:
    found = things.send(Get({"thing_id": "t1"}, consistent=True)).item
    assert found is not None
    return found


CHANGES: list[dict[str, Any]] = [
    {"name": "new"},
    {"count": 2.0},
    {"gone": "here"},
    {"tags": frozenset("c")},
    {"place": Place("Oslo", None, Geo())},
    {"place": Place("Bergen", "Storgata", Geo())},
    {"place": Place("Bergen", None, Geo(3.0))},
    {"other": None},
    {"other": Place(street="x", geo=Geo(1.0))},
    {"other": Place(geo=Geo(2.0))},
    {"links": {"home": "b", "blog": None}},
    {"links": {"home": "a"}},
    {"lines": []},
    {"counters": {"a": 1, "b": 2}},
    {"anything": 5},
]


ONE_BY_ONE = [({"name": "new"}, {name: form}) for name, form in FOREIGN.items()]
ALL_AT_ONCE = [(change, FOREIGN) for change in CHANGES]


@pytest.mark.parametrize("cls", [Thing, Kept])
@pytest.mark.parametrize(
    ("changes", "chosen"),
    [*ONE_BY_ONE, *ALL_AT_ONCE],
    ids=[*FOREIGN, *(f"{index} {next(iter(change))}" for index, change in enumerate(CHANGES))],
)
def test_an_edit_of_an_item_in_any_form_is_applied(
    table: Table, client: Any, stored: Stored, cls: type[Any], changes: dict[str, Any], chosen: dict[str, Any]
) -> None:
    things = things_in(table, cls)
    version = {"version": {"N": "3"}} if cls is Kept else {}
    put(client, table, **chosen, **version)
    before = read(things)
    wanted = evolve(before, **changes)
    changed = Changeset().edit(things, before, wanted)
    if changed.edits:
        changed.commit(table)
    after = read(things)
    assert evolve(after, version=3) == evolve(wanted, version=3) if cls is Kept else after == wanted
    now = stored(table, **KEY)
    assert now is not None
    for name, form in chosen.items():
        if name not in changes:
            assert now[name] == _engine_form(client, table, form)
    if "place" in chosen and "place" in changes:
        assert now["place"]["M"]["extra"] == {"S": "kept"}


def _engine_form(client: Any, table: Table, form: Any) -> Any:
    client.put_item(TableName=table.name, Item={"PK": {"S": "form"}, "SK": {"S": "form"}, "form": form})
    return client.get_item(TableName=table.name, Key={"PK": {"S": "form"}, "SK": {"S": "form"}})["Item"]["form"]


def test_an_item_in_another_form_that_was_changed_is_carried_over(table: Table, client: Any, stored: Stored) -> None:
    things = things_in(table, Thing)
    put(client, table, **FOREIGN)
    before = read(things)
    late = Changeset().edit(things, before, evolve(before, name="new"))
    things.send(Update({"thing_id": "t1"}, updates={"count": 7.0}))
    with pytest.raises(StaleChangesetError, match=r"\(changed since it was read: count\)") as stale:
        late.commit(table)
    late.rebase(stale.value).commit(table)
    assert read(things) == evolve(before, name="new", count=7.0)
    now = stored(table, **KEY)
    assert now is not None
    assert (now["unknown"], now["gone"]) == (FOREIGN["unknown"], {"NULL": True})


def test_an_item_from_before_its_version_is_not_made_of_nothing(table: Table, client: Any) -> None:
    things = things_in(table, Kept)
    put(client, table, name={"S": "old"})
    before = read(things)
    change = Changeset().edit(things, before, evolve(before, name="new"))
    client.delete_item(TableName=table.name, Key=KEY)
    with pytest.raises(StaleChangesetError, match="it no longer exists"):
        change.commit(table)
    assert things.send(Get({"thing_id": "t1"}, consistent=True)).item is None
    put(client, table, name={"S": "old"}, version={"N": "0"})
    change.commit(table)
    assert (read(things).name, read(things).version) == ("new", 1)
    things.send(Put(evolve(read(things), name="other")))
    with pytest.raises(StaleChangesetError, match="changed since it was read: name"):
        Changeset().edit(things, before, evolve(before, name="new")).commit(table)


def test_edits_of_several_tables_are_applied_together(
    open_table: OpenTable, transport: Any, database: Database
) -> None:
    here, there = open_table("one"), open_table("two", database=database)
    things, others = things_in(here, Thing), things_in(there, Kept)
    for entity, cls in ((things, Thing), (others, Kept)):
        entity.send(Put(cls("t1", "old")))
    one, two = read(things), read(others)
    changes = Changeset().edit(things, one, evolve(one, name="new")).edit(others, two, evolve(two, name="new"))
    with pytest.raises(TableMismatchError):
        changes.commit(here)
    anywhere = Database(transport=transport)
    others.send(Update({"thing_id": "t1"}, updates={"count": 5.0}))
    with pytest.raises(StaleChangesetError, match=r"\(changed since it was read: count\)") as stale:
        changes.commit(anywhere)
    assert read(things) == one
    changes.rebase(stale.value).commit(anywhere)
    assert [read(things).name, read(others).name, read(others).count] == ["new", "new", 5.0]
