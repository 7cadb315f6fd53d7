"""Items as data that JSON can hold."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import pydantic
import pytest
from attrs import field, frozen

from dynamo_document_builder import UsageError, to_jsonable
from dynamo_document_builder.schema.fields import field_codec
from dynamo_document_builder.schema.fields.field_codec import register_codec
from dynamo_document_builder.schema.items import members
from dynamo_document_builder.schema.plain_json import writer as jsonable
from tests.unit.things import Address, Page


class Colour(Enum):
    RED = "red"


class Huge(Enum):
    ONE = 10**30


class Odd(Enum):
    NAN = float("nan")


class Whole(int):
    pass


class Half(float):
    pass


class Size(IntEnum):
    BIG = 3


@dataclasses.dataclass
class Data:
    inner: Any


class Shape(msgspec.Struct):
    inner: Any


class Model(pydantic.BaseModel):
    inner: Any


class Open(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    a: int = 0

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...


CYCLIC: list[Any] = []
CYCLIC.append({"a": CYCLIC})


@frozen
class Hidden:
    shown: str
    secret: str = field(repr=False)


@pytest.fixture(autouse=True)
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(field_codec, "_codecs", {})
    monkeypatch.setattr(field_codec, "_used", set())
    register_codec(IPv4Address, stored_as=str, encode=str, decode=IPv4Address)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (2**53 - 1, 2**53 - 1),
        (-(2**53) + 1, -(2**53) + 1),
        (2**53, "9007199254740992"),
        (-(10**30), "-1000000000000000000000000000000"),
        (Huge.ONE, "1000000000000000000000000000000"),
        ({1, 10**30}, [1, "1000000000000000000000000000000"]),
        ({Colour.RED: 1, "a": 2}, {"red": 1, "a": 2}),
        ({(1, None), (1, 2)}, [[1, 2], [1, None]]),
        (Whole(5), 5),
        (Half(0.5), 0.5),
        (IPv4Address("1.2.3.4"), "1.2.3.4"),
        (1.5, 1.5),
        (Decimal("1.10"), "1.10"),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(3, 4), "03:04:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"\x00\xff", "AP8="),
        (bytearray(b"\x00\xff"), "AP8="),
        (memoryview(b"\x00\xff"), "AP8="),
        (Colour.RED, "red"),
        (Size.BIG, 3),
        ({"b", "a"}, ["a", "b"]),
        (frozenset({Decimal(2), Decimal(1)}), ["1", "2"]),
        ((1, [2, {"a": (Decimal(1),)}]), [1, [2, {"a": ["1"]}]]),
        (
            Data(Shape(Model(inner=Address("Oslo")))),
            {"inner": {"inner": {"inner": {"city": "Oslo", "type": "home", "lines": []}}}},
        ),
        (Hidden("a", "b"), {"shown": "a", "secret": "b"}),
        (Shape(msgspec.UNSET), {}),
        (Data(Shape({"a": Shape(msgspec.UNSET), "b": None})), {"inner": {"inner": {"a": {}, "b": None}}}),
        (Open(a=1, q=Decimal(1)), {"a": 1, "q": "1"}),
        (Data([Open(json=Open(z=None))]), {"inner": [{"a": 0, "json": {"a": 0, "z": None}}]}),
    ],
)
def test_every_value_has_a_form(value: Any, plain: Any) -> None:
    found = to_jsonable(value)
    assert found == plain
    assert json.loads(json.dumps(found, allow_nan=False)) == plain


def test_a_whole_item_is_a_mapping_of_its_fields() -> None:
    page = Page("p1", price=Decimal("2.5"), tags=frozenset("ab"))
    found = to_jsonable(page)
    assert (found["page_id"], found["price"], found["tags"]) == ("p1", "2.5", ["a", "b"])
    json.dumps(found)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Data([object()]), r"inner\[0\] is object, which JSON cannot hold"),
        ({1: 2}, "a key that is int"),
        (1j, "it is complex"),
        (Data([1.0, float("nan")]), r"inner\[1\] is not finite"),
        ({"a": float("-inf")}, "a is not finite"),
        (Data({"a": Odd.NAN}), "inner.a is not finite"),
        (Half("nan"), "it is not finite"),
        ([{"a": Half("inf")}], r"\[0\].a is not finite"),
        (Data(Model.model_construct()), "inner.inner was never set"),
        (Data({"a": Decimal("NaN")}), "inner.a is not finite"),
        ([Decimal("-Infinity")], r"\[0\] is not finite"),
        (CYCLIC, "nested too deeply for JSON, or contains itself"),
        (Data(CYCLIC), "nested too deeply for JSON, or contains itself"),
    ],
)
def test_what_has_none_is_named(value: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        to_jsonable(value)


@pytest.mark.parametrize("cls", [Hidden, Data, Shape, Model])
def test_the_fields_of_a_class_are_looked_for_once(cls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    item = cls(**dict.fromkeys([member.name for member in members.members_of(cls)], "x"))
    first = to_jsonable(item)
    monkeypatch.setattr(members, "members_of", None)
    monkeypatch.setattr(jsonable, "members_of", None)
    assert to_jsonable(item) == first


def test_types_that_only_the_library_of_the_class_knows_are_what_is_stored_of_them() -> None:
    from datetime import timedelta

    import pydantic

    class Link(pydantic.BaseModel):
        url: pydantic.HttpUrl
        others: list[pydantic.HttpUrl]
        every: timedelta

    link = Link.model_validate({"url": "https://a.b", "others": ["https://c.d"], "every": timedelta(seconds=5)})
    assert to_jsonable(link) == {"url": "https://a.b/", "others": ["https://c.d/"], "every": "PT5S"}
