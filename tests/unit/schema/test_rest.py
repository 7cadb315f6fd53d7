"""Attributes that the schema does not know: kept, ignored or refused; and values that do not fit it."""

from __future__ import annotations

import json
import pickle
import re
from datetime import UTC, datetime
from typing import Annotated, Any, NotRequired, TypedDict

import attrs
import pytest
from attrs import define, field, frozen

from dynamo_document_builder import (
    BatchWrite,
    DefinitionError,
    Entity,
    Get,
    ItemValidationError,
    Put,
    StoredItemError,
    Table,
    Update,
    UsageError,
    key,
    remove,
    stored,
)
from dynamo_document_builder.changesets.edits import Edit
from dynamo_document_builder.changesets.guarded_writes import writes_of
from tests.unit.play import play
from tests.unit.schema.libraries.trips import entity_of, read

TABLE = Table("things", entity_attribute="_type")


@define
class Thing:
    thing_id: str
    size: int = 0
    rest: dict[str, Any] = field(factory=dict, metadata=stored(rest=True))


class Loose(TypedDict):
    thing_id: str
    rest: Annotated[dict[str, Any], stored(rest=True)]


things = Entity(Thing, TABLE, partition_key=lambda t: key("T", t.thing_id), sort_key=lambda _: "s")
STORED = {
    "PK": {"S": "T#a"},
    "SK": {"S": "s"},
    "_type": {"S": "Thing"},
    "thing_id": {"S": "a"},
    "size": {"N": "1"},
    "color": {"S": "red"},
    "more": {"L": [{"N": "1"}]},
}


def decoded(entity: Entity[Any], stored_: Any, **options: Any) -> Any:
    return entity.__model__.decode(json.dumps(stored_).encode(), **options)


@pytest.mark.parametrize("trusted", [False, True])
def test_what_no_field_has_is_kept_through_reading_and_putting_back(trusted: bool) -> None:
    item = decoded(things, STORED, trusted=trusted)
    assert item == Thing("a", 1, {"color": "red", "more": [1]})
    assert things.request(Put(item)).payload["Item"] == STORED


def test_of_a_dictionary_too() -> None:
    entity = Entity[Any](
        Loose, TABLE, partition_key=lambda t: key("T", t["thing_id"]), sort_key=lambda _: "s", name="Thing"
    )
    item = decoded(entity, STORED)
    assert item == {"thing_id": "a", "rest": {"size": 1, "color": "red", "more": [1]}}
    assert entity.request(Put(item)).payload["Item"] == STORED


@pytest.mark.parametrize(
    ("name", "said"), [("PK", "part of the key"), ("_type", "part of the key"), ("size", "the name of a field")]
)
def test_it_cannot_hold_what_stands_elsewhere(name: str, said: str) -> None:
    with pytest.raises(UsageError, match=f"{name}: expected nothing, found an attribute .*{said}"):
        things.request(Put(Thing("a", rest={name: "x"})))


@pytest.mark.parametrize("rest", [None, 5, [1], "x"])
@pytest.mark.parametrize("trusted", [False, True])
def test_it_is_refused_by_name_where_it_is_no_dictionary(rest: Any, trusted: bool) -> None:
    said = "rest: expected dict\\[str, a DynamoDB value\\], found (None|int|list|str)(?m:$)"
    with pytest.raises(ItemValidationError, match=said):
        things.request(Put(Thing("a", rest=rest), skip_validation=trusted))
    with pytest.raises(ItemValidationError, match=said):
        things.request(BatchWrite([Thing("a", rest=rest)], skip_validation=trusted))


def test_a_dictionary_without_it_is_refused_as_it_would_be_read_with_it() -> None:
    entity = Entity(Loose, TABLE, partition_key=lambda t: key("T", t["thing_id"]), sort_key=lambda _: "s", name="Thing")
    with pytest.raises(ItemValidationError, match=r"rest: expected .*, found nothing: it was never set"):
        entity.request(Put({"thing_id": "a"}))  # type: ignore[arg-type,typeddict-item]  # which is what is tried


def test_paths_lead_into_it() -> None:
    update = Update({"thing_id": "a"}, updates={"rest.color": "blue", "rest.more": remove()}, condition={"rest.n": 5})
    payload = things.request(update).payload
    assert payload["UpdateExpression"].startswith("SET #0 = :0")
    assert list(payload["ExpressionAttributeNames"].values())[:2] == ["color", "more"]
    assert "n" in payload["ExpressionAttributeNames"].values()
    names = things.request(Get({"thing_id": "a"}, projection=["rest.color"])).payload["ExpressionAttributeNames"]
    assert list(names.values()) == ["color", "PK", "SK", "_type"]


@pytest.mark.parametrize("path", ["rest", "rest.PK", "rest._type", "rest.size"])
def test_paths_that_lead_elsewhere_are_refused(path: str) -> None:
    with pytest.raises(UsageError, match=path):
        things.request(Update({"thing_id": "a"}, updates={path: "x"}))


def test_the_codec_of_such_an_entity_can_be_pickled() -> None:
    codec = pickle.loads(pickle.dumps(things.__model__.codec))  # noqa: S301  our own
    assert codec.attributes == {"PK", "SK", "_type"}


@pytest.mark.parametrize(
    ("annotation", "metadata"),
    [
        (str, stored(rest=True)),
        (dict[str, Any] | None, stored(rest=True)),
        (dict[str, Any], stored(rest=True, alias="r")),
    ],
)
def test_it_is_a_dictionary_and_nothing_else(annotation: Any, metadata: Any) -> None:
    with pytest.raises(DefinitionError, match="rest=True needs a dict"):
        entity_of(attrs.make_class("T", {"rest": field(type=annotation, metadata=metadata)}))


class Missing(TypedDict):
    thing_id: str
    rest: NotRequired[Annotated[dict[str, Any], stored(rest=True)]]


def test_it_is_never_missing() -> None:
    with pytest.raises(DefinitionError, match="never None or missing"):
        entity_of(Missing)


@frozen
class Known:
    name: str


def test_unknown_attributes_are_ignored_or_refused_by_name() -> None:
    lax, strict = (
        Entity(Known, TABLE, partition_key=lambda _: "p", sort_key=lambda _: "s", unknown=how)
        for how in ("ignore", "raise")
    )  # type: ignore[arg-type]
    item = {"PK": {"S": "p"}, "SK": {"S": "s"}, "_type": {"S": "Known"}, "name": {"S": "n"}}
    assert decoded(strict, item) == decoded(lax, {**item, "older": {"S": "secret"}}) == Known("n")
    with pytest.raises(
        StoredItemError, match="older: expected an attribute of the schema, found one that it does not have"
    ):
        decoded(strict, {**item, "older": {"S": "secret"}})
    assert decoded(strict, {**item, "older": {"S": "x"}}, trusted=True) == Known("n")
    with pytest.raises(DefinitionError, match="'ignore' or 'raise'"):
        entity_of(Known, unknown="warn")


@frozen
class Inner:
    count: int = field(validator=attrs.validators.gt(0))


@frozen
class Outer:
    name: str
    inner: Inner
    all: list[Inner]
    tags: set[str] = field(factory=set)
    note: str | None = None


def test_reading_past_the_schema_gives_what_does_not_fit_as_it_is_stored() -> None:
    wire = {
        "name": {"N": "5"},
        "inner": {"M": {"count": {"S": "many"}}},
        "all": {"L": [{"M": {"count": {"N": "-1"}}}, {"S": "x"}]},
    }
    item: Any = read(Outer, wire, trusted=True)
    assert (item.name, item.inner.count, item.all[0].count, item.all[1]) == (5, "many", -1, "x")
    assert (item.tags, item.note) == (set(), None)
    assert read(Outer, {}, trusted=True).name is None


def test_an_edit_changes_what_it_changed_alone_and_minds_the_others() -> None:
    base, mine = Thing("a", 1, {"x": 1, "y": 2, "gone": 3}), Thing("a", 1, {"x": 1, "y": 5, "z": 4})
    [update] = writes_of(Edit(entity=things.__model__, base=base, mine=mine))
    payload = things.request(update).payload
    names = payload["ExpressionAttributeNames"]
    changed = {names[part] for part in payload["UpdateExpression"].replace(",", " ").split() if part.startswith("#")}
    assert {"y", "z", "gone"} <= changed
    assert "x" not in changed
    assert {"x", "y", "gone"} <= {names[part] for part in re.findall("#[0-9]+", payload["ConditionExpression"])}


def test_a_put_answers_with_what_a_read_would_return() -> None:
    @frozen
    class Session:
        name: str
        ends: datetime = field(metadata=stored(epoch=True))

    sessions: Entity[Any] = Entity(Session, TABLE, partition_key=lambda _: "p", sort_key=lambda _: "s")
    whole, more = (Session("a", datetime(2026, 1, 2, 3, 4, 5, part, tzinfo=UTC)) for part in (0, 6))
    _, result = play(Put(more).__flow__(sessions.__model__), {})
    assert result.item == whole
    _, result = play(Put(whole).__flow__(sessions.__model__), {})
    assert result.item is whole
