"""New elements and entries of containers: an update has them judged by the field that has the container."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest
from attrs import define, field, validators
from msgspec import Meta
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from dynamo_document_builder import add_to_set, append, if_not_exists, prepend, remove
from tests.unit.schema.libraries.trips import not_updated, updated


class Pair(TypedDict):
    one: Annotated[int, Field(gt=0)]
    two: int


class Model(BaseModel):
    many: list[Annotated[int, Field(gt=0)]] = [1]
    d: dict[str, Annotated[int, Field(lt=5)]] = {}
    k: dict[Annotated[str, Field(max_length=2)], int] = {}
    s: set[Annotated[int, Field(gt=0)]] = set()
    n: dict[str, list[Annotated[str, Field(min_length=1)]]] = {"a": ["x"]}
    t: tuple[Annotated[int, Field(gt=0)], Annotated[int, Field(gt=0)]] = (1, 2)
    p: Pair = {"one": 1, "two": 2}
    least: Annotated[list[int], Field(min_length=2, max_length=3)] = [1, 2]
    o: list[Annotated[int, Field(gt=0)]] | None = None


class Outer(BaseModel):
    inner: Model = Model()


class Struct(msgspec.Struct):
    many: list[Annotated[int, Meta(gt=0)]] = []
    d: dict[str, Annotated[int, Meta(lt=5)]] = {}
    k: dict[Annotated[str, Meta(max_length=2)], int] = {}
    s: set[Annotated[int, Meta(gt=0)]] = set()
    n: dict[str, list[Annotated[str, Meta(min_length=1)]]] = {}
    least: Annotated[list[int], Meta(min_length=2, max_length=3)] = msgspec.field(default_factory=lambda: [1, 2])


def above(bound: int) -> Any:
    return validators.gt(bound)


@define
class Defined:
    many: list[int] = field(factory=list, validator=validators.deep_iterable(above(0)))
    d: dict[str, int] = field(
        factory=dict, validator=validators.deep_mapping(validators.instance_of(str), validators.lt(5))
    )
    k: dict[str, int] = field(
        factory=dict, validator=validators.deep_mapping(validators.max_len(2), validators.instance_of(int))
    )
    s: set[int] = field(factory=set, validator=validators.and_(validators.deep_iterable(above(0))))
    n: dict[str, list[str]] = field(
        factory=dict,
        validator=validators.optional(
            validators.deep_mapping(validators.instance_of(str), validators.deep_iterable(validators.min_len(1)))
        ),
    )
    least: list[int] = field(
        factory=lambda: [1, 2],
        validator=[validators.deep_iterable(above(0), validators.min_len(2)), validators.max_len(3)],
    )


BAD: list[dict[str, Any]] = [
    {"many[0]": -1},
    {"many[3]": if_not_exists(-1)},
    {"many": append([1, -1])},
    {"many": prepend([-1])},
    {"d.a": 9},
    {"d.a": if_not_exists(9)},
    {"k.abc": 1},
    {"s": add_to_set({-1})},
    {"n.a": [""]},
    {"n.a[0]": ""},
    {"n.a": append([""])},
    {"least": append([1, 2, 3, 4])},
]
GOOD: list[dict[str, Any]] = [
    {"many[5]": 1},
    {"many": append([1])},
    {"d.a": 4},
    {"d.a": if_not_exists(4)},
    {"k.ab": 1},
    {"s": add_to_set({1})},
    {"n.a": ["x"]},
    {"n.b[7]": "x"},
    {"least": append([5])},
    {"least[2]": 5},
]


@pytest.mark.parametrize("updates", BAD, ids=str)
@pytest.mark.parametrize("cls", [Model, Struct, Defined])
def test_a_part_that_its_field_refuses_is_refused(cls: Any, updates: dict[str, Any]) -> None:
    assert "expected" in not_updated(cls, updates)


@pytest.mark.parametrize("updates", GOOD, ids=str)
@pytest.mark.parametrize("cls", [Model, Struct, Defined])
def test_a_part_that_its_field_takes_is_written(cls: Any, updates: dict[str, Any]) -> None:
    assert updated(cls, updates)


def test_parts_of_parts_are_judged_where_their_class_is() -> None:
    assert "inner.many[0]: expected" in not_updated(Outer, {"inner.many[0]": -1})
    assert "p.one: expected" in not_updated(Model, {"p.one": -1})
    assert updated(Model, {"p.one": 3}) == [{"N": "3"}]
    assert "t[1]: expected" in not_updated(Model, {"t[1]": -1})
    assert updated(Model, {"t[1]": 3}) == [{"N": "3"}]
    assert "o[0]: expected" in not_updated(Model, {"o[0]": -1})
    assert updated(Model, {"d.a": remove(), "many[0]": 1}) == [{"N": "1"}]


class Tidy(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True, str_to_lower=True)
    many: list[str] = []
    d: dict[str, str] = {}
    s: set[str] = set()


def test_a_part_is_written_as_its_class_makes_it() -> None:
    assert updated(Tidy, {"many[0]": " A "}) == [{"S": "a"}]
    assert {"L": [{"S": "a"}, {"S": "b"}]} in updated(Tidy, {"many": append([" A", "B "])})
    assert updated(Tidy, {"d.a": if_not_exists(" A ")}) == [{"S": "a"}]
    assert updated(Tidy, {"s": add_to_set({" A", "a"})}) == [{"SS": ["a"]}]
    assert "a key that its class does not change" in not_updated(Tidy, {"d.A": "b"})


class Purse(BaseModel):
    purses: dict[str, Annotated[int, Field(gt=0)]] = {}


class Bag(BaseModel):
    by_name: dict[str, Purse] = {}


def test_a_class_inside_a_map_is_no_field_of_the_map() -> None:
    assert "expected" in not_updated(Bag, {"by_name.purses.purses.a": -1})
    assert updated(Bag, {"by_name.purses": Purse(purses={"a": 1})})


@define
class Negated:
    many: list[int] = field(
        factory=list, validator=[validators.deep_iterable(validators.not_(above(5))), validators.not_(above([9]))]
    )
    whole: list[int] = field(factory=list, validator=validators.not_(validators.deep_iterable(above(5))))


def test_what_a_validator_negates_is_not_asked_for() -> None:
    assert updated(Negated, {"many[0]": 5, "whole[0]": 5})
    assert "many[0]: expected" in not_updated(Negated, {"many[0]": 6})
