"""Values nobody declared: written by their own type, read by the stored one."""

import json
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from dynamo_document_builder.wire.json.untyped import UnsupportedValueError, untyped_item, untyped_text, untyped_value


class Word(StrEnum):
    A = "a"


class Count(IntEnum):
    ONE = 1


PAIRS: list[tuple[Any, str]] = [
    ("a\"\\\n'é😀", '{"S":"a\\"\\\\\\n\'é😀"}'),
    (5, '{"N":"5"}'),
    (Decimal("1.50"), '{"N":"1.5"}'),
    (True, '{"BOOL":true}'),
    (False, '{"BOOL":false}'),
    (None, '{"NULL":true}'),
    (b"\x00", '{"B":"AA=="}'),
    ([1, ["a"], None], '{"L":[{"N":"1"},{"L":[{"S":"a"}]},{"NULL":true}]}'),
    ({}, '{"M":{}}'),
    ({"a": {"b": []}, '"': 1}, '{"M":{"a":{"M":{"b":{"L":[]}}},"\\"":{"N":"1"}}}'),
    ({"b", "a"}, '{"SS":["a","b"]}'),
    ({1, Decimal("2.5")}, '{"NS":["1","2.5"]}'),
    ({b"b", b"a"}, '{"BS":["YQ==","Yg=="]}'),
]


@pytest.mark.parametrize(("value", "text"), PAIRS, ids=[text for _, text in PAIRS])
def test_a_value_is_written_by_its_type_and_reads_back_equal(value: Any, text: str) -> None:
    assert untyped_text(value) == text
    back = untyped_value(json.loads(text))
    assert (back, type(back)) == (value, type(value))


@pytest.mark.parametrize(
    ("value", "back"),
    [
        (1.0, 1),
        (0.1, Decimal("0.1")),
        ((1, 2), [1, 2]),
        (frozenset({"a"}), {"a"}),
        (bytearray(b"a"), b"a"),
        (memoryview(b"a"), b"a"),
        (10**40, 10**40),
    ],
)
def test_what_dynamodb_does_not_tell_apart_reads_back_as_the_plainest(value: Any, back: Any) -> None:
    read = untyped_value(json.loads(untyped_text(value)))
    assert (read, type(read)) == (back, type(back))


@pytest.mark.parametrize(
    ("value", "path", "found"),
    [
        (object(), "", "object"),
        (Word.A, "", "Word"),
        (Count.ONE, "", "Count"),
        (1j, "", "complex"),
        ({"a": [1, {"b": object()}]}, ".a[1].b", "object"),
        ({1: 2}, "", "a key of type int"),
        ({"a": {Word.A: 2}}, ".a", "a key of type Word"),
        (set(), "", "an empty set, which DynamoDB does not store"),
        ({"a", 1}, "", "a set of other than text only, numbers only or bytes only"),
        ({True}, "", "a set of other than text only, numbers only or bytes only"),
        ({None}, "", "a set of other than text only, numbers only or bytes only"),
        ({(1,)}, "", "a set of other than text only, numbers only or bytes only"),
        ([float("inf")], "[0]", "float that is not finite; DynamoDB stores finite numbers only"),
        ({10**38 + 1}, "", "int that has 39 significant digits; DynamoDB stores 38"),
        (["\ud800"], "[0]", "str with a lone surrogate, which UTF-8 cannot encode"),
        ({"\ud800": 1}, "", "str with a lone surrogate, which UTF-8 cannot encode"),
    ],
)
def test_a_value_without_a_form_is_refused_by_its_place_and_type(value: Any, path: str, found: str) -> None:
    with pytest.raises(UnsupportedValueError) as caught:
        untyped_text(value)
    assert (caught.value.path, caught.value.found) == (path, found)


@pytest.mark.parametrize(
    "wire",
    [
        {"S": 5},
        {"S": None},
        {"N": 5},
        {"N": "x"},
        {"B": "?"},
        {"B": 5},
        {"BOOL": "true"},
        {"NULL": False},
        {"L": "ab"},
        {"M": []},
        {"SS": "ab"},
        {"SS": [5]},
        {"NS": ["x"]},
        {"BS": ["?"]},
        {"X": "a"},
        {},
        {"S": "a", "N": "1"},
    ],
)
def test_what_dynamodb_never_sends_is_not_guessed_at(wire: Any) -> None:
    with pytest.raises((TypeError, ValueError, KeyError, AttributeError, ArithmeticError)):
        untyped_value(wire)


def test_an_item_is_its_values_by_name() -> None:
    assert untyped_item({"a": {"S": "b"}, "c": {"NS": ["1"]}}) == {"a": "b", "c": {1}}
