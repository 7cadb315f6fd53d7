"""What `stored(...)` says: heard wherever it stands, or refused."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Annotated, Any, Literal

import attrs
import pytest
from attrs import field, frozen

from dynamo_document_builder import DefinitionError, Put, stored
from tests.unit.schema.libraries.trips import back, entity_of, refused, written

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)


def test_it_is_a_hashable_value() -> None:
    assert stored(alias="a") == stored(alias="a") != stored(alias="b")
    assert hash(stored(epoch=True)) == hash(stored(epoch=True))
    assert Annotated[datetime, stored(epoch=True)] | None == Annotated[datetime, stored(epoch=True)] | None
    again = pickle.loads(pickle.dumps(stored(null=True)))  # noqa: S301  made a line above
    assert copy.deepcopy(stored(null=True)) == again == stored(null=True)


@frozen
class Marked:
    name: Annotated[str, stored(alias="n")]
    ends: Annotated[datetime, stored(epoch=True)] | None = None
    version: Annotated[int, stored(version=True)] = 0
    both: Annotated[str | None, stored(null=True)] = field(default=None, metadata=stored(alias="b"))
    all: list[Annotated[datetime, stored(epoch=True)]] = field(factory=list)
    some: dict[str, Annotated[datetime, stored(epoch=True)] | None] = field(factory=dict)


def test_it_is_heard_beside_the_type_inside_it_and_in_metadata() -> None:
    item = Marked("a", MOMENT, all=[MOMENT], some={"x": None, "y": MOMENT})
    seconds = {"N": "1767312000"}
    assert written(item) == {
        "n": {"S": "a"},
        "ends": seconds,
        "version": {"N": "1"},
        "b": {"NULL": True},
        "all": {"L": [seconds]},
        "some": {"M": {"x": {"NULL": True}, "y": seconds}},
    }
    assert "attribute_not_exists" in entity_of(Marked).request(Put(item)).payload["ConditionExpression"]


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        (list[Annotated[str, stored(alias="a")]], "inside a type"),
        (str | Annotated[datetime, stored(epoch=True)], "annotates one member of a union"),
    ],
)
def test_it_is_refused_where_it_could_not_be_heard(annotation: Any, said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        entity_of(attrs.make_class("Thing", {"value": field(type=annotation)}))


class Colour(Enum):
    RED = "red"


class Size(StrEnum):
    BIG = "big"


class Level(Enum):
    LOW = 1


@frozen
class Keyed:
    by_colour: dict[Colour, int]
    by_size: dict[Size, Colour]
    by_word: dict[Literal["x", "y"], int]


def test_keys_of_maps_can_be_an_enum_or_literals() -> None:
    item = Keyed({Colour.RED: 1}, {Size.BIG: Colour.RED}, {"x": 2})
    assert written(item)["by_size"] == {"M": {"big": {"S": "red"}}}
    assert type(next(iter(back(item).by_size))) is Size
    assert back(item) == item
    wrong: Any = Keyed({"red": 1}, {}, {})  # type: ignore[dict-item]
    assert "by_colour: expected dict[Colour, int], found a key that is not of Colour" in refused(wrong)
    with pytest.raises(DefinitionError, match="DynamoDB's maps have text keys"):
        entity_of(attrs.make_class("Thing", {"value": field(type=dict[Level, int])}))
