"""Unions of generated classes of every library, inside an item: each member's fields can be asked for."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

import attrs
import msgspec
import pydantic
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import Entity, Get, Table, equals, exists, greater_than, is_in, key, to_jsonable
from tests.effort import examples
from tests.evaluating import evaluate_condition
from tests.unit.play import model, play

FIELDS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "number": (int, st.integers(-3, 3)),
    "text": (str, st.sampled_from("abc")),
    "price": (Decimal, st.decimals(-1, 1, places=1)),
    "at": (datetime, st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 1, 0, 0, 1), timezones=st.just(UTC))),
    "flag": (bool, st.booleans()),
}
ORDERED = {"number", "text", "price", "at"}


def make_attrs(name: str, fields: dict[str, Any]) -> Any:
    return attrs.make_class(name, {field: attrs.field(type=of) for field, of in fields.items()}, kw_only=True)


def make_dataclass(name: str, fields: dict[str, Any]) -> Any:
    return dataclasses.make_dataclass(name, list(fields.items()), kw_only=True)


def make_struct(name: str, fields: dict[str, Any]) -> Any:
    return msgspec.defstruct(name, list(fields.items()), kw_only=True)


def make_model(name: str, fields: dict[str, Any]) -> Any:
    given_fields: dict[str, Any] = {field: (of, ...) for field, of in fields.items()}
    return pydantic.create_model(name, **given_fields)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Any, Any, dict[str, Any]]:
    """Give an entity with a union inside, an item of it, and what its member holds."""
    makes = draw(
        st.lists(st.sampled_from([make_attrs, make_dataclass, make_struct, make_model]), min_size=2, max_size=4)
    )
    members: list[tuple[Any, list[str]]] = []
    for position, make in enumerate(makes):
        names = draw(st.lists(st.sampled_from(list(FIELDS)), unique=True, max_size=4))
        annotations = {name: FIELDS[name][0] for name in names}
        members.append((make(f"Member{position}", {"kind": Literal[f"m{position}"], **annotations}), names))
    union: Any = members[0][0]
    for cls, _ in members[1:]:
        union |= cls
    holder = attrs.make_class("Holder", {"row_id": attrs.field(type=str), "by": attrs.field(type=union)})
    entity: Any = Entity(holder, Table("app"), partition_key=lambda h: key("H", h.row_id), sort_key=lambda _: "META")
    position = draw(st.integers(0, len(members) - 1))
    cls, names = members[position]
    held = {"kind": f"m{position}", **{name: draw(FIELDS[name][1]) for name in names}}
    return entity, holder("1", cls(**held)), held


@examples(20)
@given(cases(), st.data())
def test_a_condition_says_of_a_member_what_python_says(
    case: tuple[Any, Any, dict[str, Any]], data: st.DataObject
) -> None:
    entity, item, held = case
    wire = json.loads(f"{{{entity.__model__.codec.encode(item)}}}")

    def holds(name: str, condition: Any) -> bool:
        return evaluate_condition(entity.__model__, {f"by.{name}": condition}, wire).passed

    union = entity.__model__.codec.fields["by"].kind
    for name in union.member_names():
        assert holds(name, exists()) is (name in held)
        if name == "kind":
            tags = [f"m{position}" for position in range(len(union.all))]
            assert [holds(name, equals(tag)) for tag in tags] == [held[name] == tag for tag in tags]
            assert holds(name, is_in(*tags))
            continue
        value = data.draw(FIELDS[name][1])
        assert holds(name, equals(value)) is (name in held and held[name] == value)
        if name in ORDERED:
            assert holds(name, greater_than(value)) is (name in held and held[name] > value)


@examples(20)
@given(cases())
def test_a_projection_reads_what_the_member_holds(case: tuple[Any, Any, dict[str, Any]]) -> None:
    entity, item, held = case
    names = entity.__model__.codec.fields["by"].kind.member_names()
    body = f'{{"Item":{{{entity.__model__.codec.encode(item)}}}}}'.encode()
    _, result = play(Get({"row_id": "1"}, projection=[f"by.{name}" for name in names]).__flow__(model(entity)), body)
    assert result.item == {"by": held}


@examples(20)
@given(cases())
def test_an_item_is_json_that_everybody_reads_alike(case: tuple[Any, Any, dict[str, Any]]) -> None:
    _, item, held = case
    found = json.loads(json.dumps(to_jsonable(item), allow_nan=False), parse_int=float)
    assert found["by"].keys() == held.keys()
    assert found["by"].get("number") == held.get("number")
