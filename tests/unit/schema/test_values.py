"""Every row of the value table: how a value is written, and that it reads back as itself."""

import json
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, Flag, IntEnum, IntFlag, StrEnum
from typing import Annotated, Any, Final, Literal, NewType, Optional, TypedDict, Union
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from attrs import frozen

from dynamo_document_builder.schema.items.registry import codec_of
from tests.unit.schema.round_trip import class_with, read, written

UserId = NewType("UserId", str)
A_UUID = UUID("735b7c40-9579-4269-ac38-5157a1723c30")
NOON = datetime(2026, 1, 2, 12, 4, 5, 7, tzinfo=UTC)


@frozen
class Address:
    street: str
    city: str | None = None


class Point(TypedDict):
    x: int
    y: Decimal


class Colour(Enum):
    RED = "red"


class Shade(StrEnum):
    DARK = "dark"


class Size(IntEnum):
    LARGE = 3
    HUGE = 10**40


class Right(Flag):
    READ = 1
    WRITE = 2


class Mode(IntFlag):
    A = 1
    B = 4


VALUES: list[tuple[Any, Any, Any]] = [
    (str, "", {"S": ""}),
    (str, 'a"\\\n\x00é😀', {"S": 'a"\\\n\x00é😀'}),
    (int, 0, {"N": "0"}),
    (int, -(10**38) + 1, {"N": "-" + "9" * 38}),
    (int, 10**39, {"N": "1" + "0" * 39}),
    (int, 10**40, {"N": "1E40"}),
    (int, 9 * 10**125, {"N": "9E125"}),
    (float, 0.1, {"N": "0.1"}),
    (float, -0.0, {"N": "0"}),
    (float, 1e16, {"N": "10000000000000000"}),
    (float, 1e-7, {"N": "0.0000001"}),
    (float, 1e-8, {"N": "1E-8"}),
    (float, 1.5e125, {"N": "15E124"}),
    (float, 3, {"N": "3"}),
    (Decimal, Decimal("1.10"), {"N": "1.1"}),
    (Decimal, Decimal("-0.00"), {"N": "0"}),
    (Decimal, Decimal("1E-130"), {"N": "1E-130"}),
    (Decimal, Decimal("1." + "0" * 50), {"N": "1"}),
    (Decimal, 7, {"N": "7"}),
    (bool, True, {"BOOL": True}),
    (bool, False, {"BOOL": False}),
    (bytes, b"\x00\xff", {"B": "AP8="}),
    (bytes, bytearray(b"a"), {"B": "YQ=="}),
    (bytes, memoryview(b"a"), {"B": "YQ=="}),
    (list[int], [1, 2], {"L": [{"N": "1"}, {"N": "2"}]}),
    (list[str], [], {"L": []}),
    (list, [1, "a"], {"L": [{"N": "1"}, {"S": "a"}]}),
    (MutableSequence[str], ["a"], {"L": [{"S": "a"}]}),
    (list[list[bool]], [[True], []], {"L": [{"L": [{"BOOL": True}]}, {"L": []}]}),
    (list[int | None], [1, None], {"L": [{"N": "1"}, {"NULL": True}]}),
    (tuple[int, ...], (1, 2), {"L": [{"N": "1"}, {"N": "2"}]}),
    (tuple, (1,), {"L": [{"N": "1"}]}),
    (Sequence[str], ("a",), {"L": [{"S": "a"}]}),
    (tuple[int, str], (1, "a"), {"L": [{"N": "1"}, {"S": "a"}]}),
    (tuple[()], (), {"L": []}),
    (dict[str, int], {"a": 1}, {"M": {"a": {"N": "1"}}}),
    (dict[str, int | None], {'"': None}, {"M": {'"': {"NULL": True}}}),
    (Mapping[str, list[str]], {"a": ["b"]}, {"M": {"a": {"L": [{"S": "b"}]}}}),
    (MutableMapping[str, str], {}, {"M": {}}),
    (Address, Address("Main"), {"M": {"street": {"S": "Main"}}}),
    (Address, Address("Main", "Oslo"), {"M": {"street": {"S": "Main"}, "city": {"S": "Oslo"}}}),
    (Point, {"x": 1, "y": Decimal("0.5")}, {"M": {"x": {"N": "1"}, "y": {"N": "0.5"}}}),
    (set[str], {"b", "a"}, {"SS": ["a", "b"]}),
    (set[int], {10, 9}, {"NS": ["10", "9"]}),
    (set[Decimal], {Decimal("1.50")}, {"NS": ["1.5"]}),
    (set[bytes], {b"b", b"a"}, {"BS": ["YQ==", "Yg=="]}),
    (set[Colour], {Colour.RED}, {"SS": ["red"]}),
    (set[UUID], {A_UUID}, {"SS": [str(A_UUID)]}),
    (frozenset[str], frozenset({"a"}), {"SS": ["a"]}),
    (AbstractSet[float], frozenset({0.5}), {"NS": ["0.5"]}),
    (datetime, NOON, {"S": "2026-01-02T12:04:05.000007Z"}),
    (datetime, NOON.replace(microsecond=0), {"S": "2026-01-02T12:04:05.000000Z"}),
    (datetime, datetime(1, 1, 1, tzinfo=UTC), {"S": "0001-01-01T00:00:00.000000Z"}),
    (datetime, NOON.astimezone(timezone(timedelta(hours=5, minutes=30))), {"S": "2026-01-02T12:04:05.000007Z"}),
    (datetime, NOON.astimezone(ZoneInfo("Europe/Oslo")), {"S": "2026-01-02T12:04:05.000007Z"}),
    (date, date(2026, 1, 2), {"S": "2026-01-02"}),
    (time, time(1, 2, 3), {"S": "01:02:03.000000"}),
    (time, time(1, 2, tzinfo=UTC), {"S": "01:02:00.000000+00:00"}),
    (UUID, A_UUID, {"S": str(A_UUID)}),
    (Colour, Colour.RED, {"S": "red"}),
    (Shade, Shade.DARK, {"S": "dark"}),
    (Size, Size.LARGE, {"N": "3"}),
    (Size, Size.HUGE, {"N": "1E40"}),
    (Right, Right.READ | Right.WRITE, {"N": "3"}),
    (Mode, Mode(0), {"N": "0"}),
    (Literal["a", "b"], "b", {"S": "b"}),
    (Literal[1, 2], 2, {"N": "2"}),
    (Literal[True], True, {"BOOL": True}),
    (Literal[Shade.DARK], Shade.DARK, {"S": "dark"}),
    (UserId, "u1", {"S": "u1"}),
    (Annotated[int, "a note"], 1, {"N": "1"}),
    (Final[str], "a", {"S": "a"}),
    (str | None, "a", {"S": "a"}),
    (Optional[int], 1, {"N": "1"}),  # noqa: UP045  people write both
    (Union[int, str], "a", {"S": "a"}),  # noqa: UP007  the same
    (Any, {"a": [1, None, {"b"}]}, {"M": {"a": {"L": [{"N": "1"}, {"NULL": True}, {"SS": ["b"]}]}}}),
    (Any, None, {"NULL": True}),
    (object, Decimal("0.5"), {"N": "0.5"}),
    (dict[str, Any], {"a": b"b"}, {"M": {"a": {"B": "Yg=="}}}),
]


@pytest.mark.parametrize(("annotation", "value", "wire"), VALUES, ids=[f"{hint} {wire}" for hint, _, wire in VALUES])
def test_a_value_is_written_as_the_table_says_and_reads_back_as_itself(annotation: Any, value: Any, wire: Any) -> None:
    cls = class_with(annotation)
    assert written(cls(value)) == {"value": wire}
    back = read(cls, {"value": wire}).value
    assert back == value
    plain = {memoryview: bytes, bytearray: bytes}
    if annotation not in (float, Decimal):  # these also take an int
        assert type(back) is plain.get(type(value), type(value))


def test_a_sequence_takes_lists_and_is_read_as_a_tuple() -> None:
    cls = class_with(Sequence[int])
    assert written(cls([1])) == written(cls((1,)))
    assert read(cls, written(cls([1]))).value == (1,)


@pytest.mark.parametrize(("annotation", "type_"), [(set[str], set), (frozenset[str], frozenset)])
def test_either_kind_of_set_is_taken_and_the_declared_one_is_read(annotation: Any, type_: type) -> None:
    cls = class_with(annotation)
    for given in ({"a"}, frozenset({"a"})):
        assert type(read(cls, written(cls(given))).value) is type_


def test_a_number_reads_back_in_any_form_dynamodb_may_return_it_in() -> None:
    assert read(class_with(int), {"value": {"N": "1E+3"}}).value == 1000
    assert read(class_with(int), {"value": {"N": "12.00"}}).value == 12
    assert read(class_with(Decimal), {"value": {"N": "1" + "0" * 39}}).value == Decimal("1E39")
    assert read(class_with(Size), {"value": {"N": "1" + "0" * 40}}).value is Size.HUGE


def test_the_subclass_of_a_datetime_is_written_as_the_moment_it_is() -> None:
    class Frozen(datetime):
        pass

    cls = class_with(datetime)
    for zone in (UTC, ZoneInfo("Asia/Tokyo")):
        item = cls(Frozen(2026, 1, 2, tzinfo=zone))
        back = read(cls, written(item)).value
        assert (back, type(back)) == (item.value, datetime)


def test_moments_are_written_in_the_order_they_happen() -> None:
    cls = class_with(datetime)
    moments = [datetime(999, 1, 1, tzinfo=UTC), NOON.replace(microsecond=0), NOON, NOON + timedelta(microseconds=1)]
    texts = [written(cls(moment))["value"]["S"] for moment in moments]
    assert texts == sorted(texts)
    assert {len(text) for text in texts} == {27}


def test_what_is_written_is_json_with_text_as_it_is() -> None:
    cls = class_with(str)
    assert codec_of(cls).encode(cls("é\x1f\u2028")) == '"value":{"S":"é\\u001f\u2028"}'


def test_equal_sets_are_equal_text_whatever_their_order() -> None:
    cls = class_with(set[str])
    texts = {codec_of(cls).encode(cls(set(order))) for order in (["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"])}
    assert texts == {'"value":{"SS":["a","b","c"]}'}


def test_a_field_alone_is_written_by_the_same_code() -> None:
    codec = codec_of(Address)
    assert json.loads(codec.encode_field("city", "Oslo")) == {"S": "Oslo"}
    assert codec.fields["city"].kind.decode_wire({"S": "Oslo"}) == "Oslo"
