"""Stored items that do not fit: every field at once, with what was expected and what is stored."""

import pickle
from datetime import UTC, datetime
from decimal import Decimal
from enum import IntFlag, StrEnum
from typing import Any, Literal, TypedDict
from uuid import UUID

import pytest
from attrs import field, frozen

from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.fields.metadata import stored
from dynamo_document_builder.schema.items.registry import codec_of
from tests.unit.schema.round_trip import class_with, read, unreadable


class Shade(StrEnum):
    DARK = "dark"


class Bits(IntFlag):
    ONE = 1


class Point(TypedDict):
    x: int


@frozen
class Address:
    city: str


@frozen
class User:
    name: str
    age: int
    address: Address
    tags: list[str]
    nickname: str | None = None


STORED: list[tuple[Any, Any, str]] = [
    (str, {"N": "1"}, "value: expected str, found stored N"),
    (str, {"NULL": True}, "value: expected str, found stored NULL"),
    (str, {"S": 5}, "value: expected str, found stored S that is not one"),
    (int, {"S": "1"}, "value: expected int, found stored S"),
    (int, {"N": "1.5"}, "value: expected int, found stored N that is not one"),
    (int, {"N": "1E500"}, "value: expected int, found stored N that is not one"),
    (int, {"N": "x"}, "value: expected int, found stored N that is not one"),
    (Decimal, {"N": "NaN"}, "value: expected Decimal, found stored N that is not one"),
    (float, {"N": "1E999"}, "value: expected float, found stored N that is not one"),
    (bool, {"N": "1"}, "value: expected bool, found stored N"),
    (bool, {"BOOL": "true"}, "value: expected bool, found stored BOOL that is not one"),
    (bytes, {"B": "?"}, "value: expected bytes, found stored B that is not one"),
    (datetime, {"S": "2026-01-01"}, "value: expected datetime with a timezone, found stored S that is not one"),
    (datetime, {"S": "secret"}, "value: expected datetime with a timezone, found stored S that is not one"),
    (UUID, {"S": "1"}, "value: expected UUID, found stored S that is not one"),
    (Shade, {"S": "light"}, "value: expected Shade, found stored S that is not one"),
    (Literal[1], {"N": "2"}, "value: expected Literal[1], found stored N that is not one"),
    (list[str], {"SS": ["a"]}, "value: expected list[str], found stored SS"),
    (list[str], {"L": [{"S": "a"}, {"N": "1"}]}, "value[1]: expected str, found stored N"),
    (list[str], {"L": {"S": "a"}}, "value: expected list[str], found stored L that is not one"),
    (tuple[int, str], {"L": [{"N": "1"}]}, "value: expected tuple[int, str], found stored L of 1"),
    (tuple[int, str], {"L": [{"N": "1"}, {"N": "2"}]}, "value[1]: expected str, found stored N"),
    (tuple[int, str], {"S": "a"}, "value: expected tuple[int, str], found stored S"),
    (set[str], {"NS": ["1"]}, "value: expected set[str], found stored NS"),
    (set[str], {"L": [{"S": "a"}]}, "value: expected set[str], found stored L"),
    (set[str] | None, {"NS": ["1"]}, "value: expected set[str], found stored NS"),
    (dict[str, int], {"M": {"a": {"S": "1"}}}, "value.a: expected int, found stored S"),
    (dict[str, int], {"M": []}, "value: expected dict[str, int], found stored M that is not one"),
    (Address, {"M": {}}, "value.city: expected str, found nothing stored"),
    (Address, {"S": "Oslo"}, "value: expected Address, found stored S"),
    (Point, {"M": {}}, "value.x: expected int, found nothing stored"),
    (Point, {"M": {"x": {"S": "1"}}}, "value.x: expected int, found stored S"),
    (Point, {"L": []}, "value: expected Point, found stored L"),
    (str | None, {"N": "1"}, "value: expected str, found stored N"),
    (str | None, {"NULL": False}, "value: expected str, found stored NULL"),
    (Any | None, {"S": 1}, "value: expected a DynamoDB value, found stored S that is not one"),
    (Any, {"X": "1"}, "value: expected a DynamoDB value, found stored X that is not one"),
    (Any, {"L": "ab"}, "value: expected a DynamoDB value, found stored L that is not one"),
    (int | str, {"BOOL": True}, "value: expected int | str, found stored BOOL"),
    (int | str, {"N": "x"}, "value: expected int, found stored N that is not one"),
    (str, {}, "value: expected str, found stored something else"),
    (str, {"S": "a", "N": "1", "B": ""}, ""),
]


@pytest.mark.parametrize(("annotation", "wire", "failure"), STORED, ids=[failure for *_, failure in STORED])
def test_a_stored_value_that_does_not_fit_is_named(annotation: Any, wire: Any, failure: str) -> None:
    cls = class_with(annotation)
    if failure:
        assert unreadable(cls, {"value": wire}) == [failure]
    else:  # DynamoDB never sends more than one type
        assert read(cls, {"value": wire}).value == "a"


def test_all_stored_fields_that_do_not_fit_are_named_at_once() -> None:
    wire = {"age": {"S": "x"}, "address": {"M": {"city": {"N": "1"}}}, "tags": {"NULL": True}, "nickname": {"N": "1"}}
    assert unreadable(User, wire) == [
        "name: expected str, found nothing stored",
        "age: expected int, found stored S",
        "address.city: expected str, found stored N",
        "tags: expected list[str], found stored NULL",
        "nickname: expected str, found stored N",
    ]


def test_attributes_the_schema_does_not_know_are_ignored() -> None:
    assert read(Address, {"city": {"S": "Oslo"}, "PK": {"S": "A"}, "old": {"M": {"x": {"NULL": True}}}}) == Address(
        "Oslo"
    )


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"5", b"{", b'"a"', b"\xff\xfe", b"[" * 100_000])
def test_bytes_that_are_no_item_are_a_misfit(raw: bytes) -> None:
    with pytest.raises(MisfitError):
        codec_of(User).decode(raw)


def test_a_moment_that_python_cannot_hold_is_a_misfit() -> None:
    @frozen
    class Session:
        ends: datetime = field(metadata=stored(epoch=True))

    assert unreadable(Session, {"ends": {"N": "9" * 20}}) == [
        "ends: expected datetime with a timezone, found stored N that is not one"
    ]
    assert unreadable(Session, {"ends": {"S": "2026"}}) == ["ends: expected datetime with a timezone, found stored S"]


def test_the_datetimes_of_others_are_read_if_they_have_a_zone() -> None:
    noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    for text in ("2026-01-02T12:00:00Z", "2026-01-02T14:00:00+02:00", "2026-01-02 12:00:00.000+00:00"):
        back = read(class_with(datetime), {"value": {"S": text}}).value
        assert (back, back.tzinfo) == (noon, UTC)


def test_a_misfit_survives_pickling() -> None:
    with pytest.raises(MisfitError) as caught:
        read(User, {})
    assert pickle.loads(pickle.dumps(caught.value)).failures == caught.value.failures  # noqa: S301  our own


def test_bits_that_no_flag_has_are_kept() -> None:
    cls = class_with(Bits)
    assert read(cls, {"value": {"N": "5"}}).value == Bits(5)
