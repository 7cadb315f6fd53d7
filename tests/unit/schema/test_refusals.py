"""Values that do not fit: named by path, expected and found type, all at once, and never by their content."""

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any, Literal, TypedDict
from uuid import UUID

import pytest
from attrs import define, field, frozen

from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.items.registry import codec_of
from tests.unit.schema.round_trip import class_with, refused

LONE = "secret\ud800"


class Text(str):
    __slots__ = ()


class Whole(int):
    pass


class Shade(StrEnum):
    DARK = "dark"


class Number(IntEnum):
    ONE = 1


class Other(Enum):
    DARK = "dark"


class Point(TypedDict):
    x: int


@frozen
class Address:
    city: str
    zip: str | None = None


@frozen
class Capital(Address):
    pass


@frozen
class User:
    name: str
    age: int
    address: Address
    tags: list[str]


NOT_FINITE = "is not finite; DynamoDB stores finite numbers only"
EMPTY = "an empty set, which DynamoDB does not store; only a field that cannot be None may be one"
SURROGATE = "str with a lone surrogate, which UTF-8 cannot encode"

REFUSALS: list[tuple[Any, Any, str]] = [
    (str, None, "value: expected str, found None"),
    (str, b"a", "value: expected str, found bytes"),
    (str, Shade.DARK, "value: expected str, found Shade"),
    (str, Text("a"), "value: expected str, found Text"),
    (str, LONE, f"value: expected str, found {SURROGATE}"),
    (str | None, LONE, f"value: expected str, found {SURROGATE}"),
    (int, True, "value: expected int, found bool"),
    (int, 1.5, "value: expected int, found float"),
    (int, Decimal(1), "value: expected int, found Decimal"),
    (int, Number.ONE, "value: expected int, found Number"),
    (int, Whole(1), "value: expected int, found Whole"),
    (int, 10**38 + 1, "value: expected int, found int that has 39 significant digits; DynamoDB stores 38"),
    (int, 10**126, "value: expected int, found int that has a magnitude of 1E126; DynamoDB stores 1E-130 to 9.99E+125"),
    (int, 10**5000, "value: expected int, found int that is beyond 126 digits; DynamoDB stores less than 1E+126"),
    (float, True, "value: expected float, found bool"),
    (float, Decimal(1), "value: expected float, found Decimal"),
    (float, float("nan"), f"value: expected float, found float that {NOT_FINITE}"),
    (float, float("inf"), f"value: expected float, found float that {NOT_FINITE}"),
    (
        float,
        1e300,
        "value: expected float, found float that has a magnitude of 1E300; DynamoDB stores 1E-130 to 9.99E+125",
    ),
    (Decimal, 0.5, "value: expected Decimal, found float"),
    (Decimal, False, "value: expected Decimal, found bool"),
    (Decimal, Decimal("-Infinity"), f"value: expected Decimal, found Decimal that {NOT_FINITE}"),
    (Decimal, Decimal("sNaN"), f"value: expected Decimal, found Decimal that {NOT_FINITE}"),
    (
        Decimal,
        Decimal("1." + "1" * 38),
        "value: expected Decimal, found Decimal that has 39 significant digits; DynamoDB stores 38",
    ),
    (
        Decimal,
        Decimal("1E126"),
        "value: expected Decimal, found Decimal that has a magnitude of 1E126; DynamoDB stores 1E-130 to 9.99E+125",
    ),
    (
        Decimal,
        Decimal("1E-131"),
        "value: expected Decimal, found Decimal that has a magnitude of 1E-131; DynamoDB stores 1E-130 to 9.99E+125",
    ),
    (bool, 1, "value: expected bool, found int"),
    (bool, None, "value: expected bool, found None"),
    (bytes, "a", "value: expected bytes, found str"),
    (
        datetime,
        datetime(2026, 1, 1),
        "value: expected datetime with a timezone, found datetime that is naive; give it a timezone",
    ),
    (datetime, date(2026, 1, 1), "value: expected datetime with a timezone, found date"),
    (datetime, "2026-01-01", "value: expected datetime with a timezone, found str"),
    (date, datetime(2026, 1, 1), "value: expected date, found datetime"),
    (time, "12:00", "value: expected time, found str"),
    (UUID, "735b7c40-9579-4269-ac38-5157a1723c30", "value: expected UUID, found str"),
    (Shade, "dark", "value: expected Shade, found str"),
    (Shade, Other.DARK, "value: expected Shade, found Other"),
    (Literal["a"], "b", "value: expected Literal['a'], found str"),
    (Literal[1], True, "value: expected Literal[1], found bool"),
    (list[str], ("a",), "value: expected list[str], found tuple"),
    (list[str], "a", "value: expected list[str], found str"),
    (list[str], ["a", 1], "value[1]: expected str, found int"),
    (list[str | None], [None, 1], "value[1]: expected str, found int"),
    (tuple[str, ...], ["a"], "value: expected tuple[str, ...], found list"),
    (tuple[int, str], (1,), "value: expected tuple[int, str], found tuple of 1"),
    (tuple[int, str], [1, "a"], "value: expected tuple[int, str], found list"),
    (tuple[int, str], (1, 2), "value[1]: expected str, found int"),
    (set[str], ["a"], "value: expected set[str], found list"),
    (set[str], None, "value: expected set[str], found None"),
    (set[str], {"a", 1}, "value: expected set[str], found an element that is int"),
    (set[str] | None, set(), f"value: expected set[str], found {EMPTY}"),
    (list[set[str]], [set()], f"value[0]: expected set[str], found {EMPTY}"),
    (dict[str, set[str]], {"a": frozenset()}, f"value.a: expected set[str], found {EMPTY}"),
    (dict[str, int], [("a", 1)], "value: expected dict[str, int], found list"),
    (dict[str, int], {1: 1}, "value: expected dict[str, int], found a key that is not text"),
    (dict[str, int], {LONE: 1}, "value: expected dict[str, int], found a key that is not text"),
    (dict[str, list[int]], {"a": [1, "x"]}, "value.a[1]: expected int, found str"),
    (Point, {"x": 1, "y": 2}, "value.y: expected nothing, found a key the TypedDict does not have"),
    (Point, {}, "value.x: expected int, found nothing"),
    (Point, {"x": "1"}, "value.x: expected int, found str"),
    (Point, [], "value: expected Point, found list"),
    (Address, {"city": "Oslo"}, "value: expected Address, found dict"),
    (Address, Capital("Oslo"), "value: expected Address, found Capital"),
    (Any, datetime(2026, 1, 1), "value: expected a DynamoDB value, found datetime"),
    (Any, {"a": [1, object()]}, "value.a[1]: expected a DynamoDB value, found object"),
    (Any, {1: 2}, "value: expected a DynamoDB value, found a key of type int"),
    (Any, [set()], "value[0]: expected a DynamoDB value, found an empty set, which DynamoDB does not store"),
    (
        Any,
        {True, 1.5},
        "value: expected a DynamoDB value, found a set of other than text only, numbers only or bytes only",
    ),
    (Any, [float("nan")], f"value[0]: expected a DynamoDB value, found float that {NOT_FINITE}"),
    (Any, [LONE], f"value[0]: expected a DynamoDB value, found {SURROGATE}"),
    (int | str, 1.5, "value: expected int | str, found float"),
    (int | list[int], [1, "a"], "value[1]: expected int, found str"),
]


@pytest.mark.parametrize(("annotation", "value", "failure"), REFUSALS, ids=[failure for *_, failure in REFUSALS])
def test_a_value_that_does_not_fit_is_refused_by_name(annotation: Any, value: Any, failure: str) -> None:
    assert refused(class_with(annotation)(value)) == [failure]


def test_all_fields_that_do_not_fit_are_named_at_once_with_their_paths() -> None:
    item: Any = User(1, "x", Address(b"Oslo", 3), ["a", None])  # type: ignore[arg-type,list-item]
    assert refused(item) == [
        "name: expected str, found int",
        "age: expected int, found str",
        "address.city: expected str, found bytes",
        "address.zip: expected str, found int",
        "tags[1]: expected str, found None",
    ]


def test_a_refusal_never_shows_the_value() -> None:
    item: Any = User(LONE, "secret", Address("secret\udfff"), [LONE])  # type: ignore[arg-type]
    assert "secret" not in str(refused(item))


def test_a_field_that_was_never_set_is_named() -> None:
    @define
    class Late:
        a: str
        b: str = field(init=False)

    assert refused(Late("a")) == ["b: expected str, found nothing: it was never set"]


def test_a_value_inside_itself_is_refused_and_not_followed_for_ever() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert refused(class_with(Any)(endless)) == ["value: expected a DynamoDB value, found a value nested too deeply"]


def test_a_field_alone_is_refused_under_its_name() -> None:
    with pytest.raises(MisfitError) as caught:
        codec_of(User).encode_field("address", Address(1))  # type: ignore[arg-type]
    assert [str(failure) for failure in caught.value.failures] == ["address.city: expected str, found int"]
