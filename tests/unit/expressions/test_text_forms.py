"""How the values of a text are written: what looks like DynamoDB JSON is DynamoDB JSON, or is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dynamo_document_builder import (
    UsageError,
    attr,
    condition_from_text,
    condition_to_text,
    key_condition_from_text,
    updates_from_text,
)

MALFORMED: list[Any] = [
    {"N": 123},
    {"N": "NaN"},
    {"N": "Infinity"},
    {"N": ""},
    {"N": " 1"},
    {"N": "1_0"},
    {"N": "0x10"},
    {"N": "1" * 39},
    {"N": "1E126"},
    {"N": None},
    {"S": 3},
    {"S": None},
    {"S": b"x"},
    {"BOOL": "true"},
    {"BOOL": 1},
    {"NULL": False},
    {"NULL": None},
    {"NS": ["1", "b"]},
    {"NS": [1]},
    {"NS": "1"},
    {"NS": []},
    {"NS": ["1", "1.0"]},
    {"SS": ["a", 1]},
    {"SS": ["a", "a"]},
    {"SS": {"a"}},
    {"BS": ["!"]},
    {"B": "not base64!"},
    {"B": 3},
    {"S": "a", "N": "1"},
    {"L": {"N": "1"}},
    {"L": [1]},
    {"L": [{"N": 1}]},
    {"M": [{"N": "1"}]},
    {"M": {"a": 1}},
    {"M": {"a": {"N": 1}}},
    {"M": {"a": {"L": [{"N": "1"}, {"x": "1"}]}}},
    {"M": {3: {"N": "1"}}},
]


@pytest.mark.parametrize("value", MALFORMED, ids=repr)
@pytest.mark.parametrize("form", [None, "dynamodb"])
def test_what_looks_like_dynamodb_json_and_is_malformed_is_refused(value: Any, form: Any) -> None:
    for read, text in [
        (condition_from_text, "spot = :v"),
        (key_condition_from_text, "PK = :v"),
        (updates_from_text, "SET spot = :v"),
    ]:
        with pytest.raises(UsageError, match=r"values=\{':v': \.\.\.\} is not DynamoDB JSON: "):
            read(text, values={":v": value}, values_as=form)


def test_the_place_of_what_is_malformed_is_said_and_no_value_is_shown() -> None:
    with pytest.raises(UsageError) as caught:
        condition_from_text("spot = :v", values={":v": {"M": {"a": {"L": [{"S": "x"}, {"N": "secret"}]}}}})
    assert str(caught.value) == (
        "values={':v': ...} is not DynamoDB JSON: M.a.L[1].N: expected a number as str, found other text; "
        "pass values_as='python' if it is a map"
    )


@pytest.mark.parametrize(
    "values",
    [
        {":v": {"S": "x"}, ":x": "x"},
        {":v": {"N": 3}, ":x": "x"},
        {":v": [{"S": "x"}], ":x": "x"},
        {":v": {"a": {"N": "1"}}, ":x": "x"},
        {":v": {"a": [{"b": {"BOOL": "x"}}]}, ":x": "x"},
        {":v": ({"NULL": True},), ":x": "x"},
    ],
)
def test_what_could_be_either_is_refused_until_the_form_is_said(values: Any) -> None:
    with pytest.raises(UsageError, match="values_as='python'"):
        condition_from_text("anything = :v AND note = :x", values=values)
    found = condition_from_text("anything = :v AND note = :x", values=values, values_as="python")
    assert found == condition_from_text("anything = :v", values={":v": values[":v"]}, values_as="python") & (
        attr("note") == "x"
    )


def test_python_values_that_look_like_nothing_else_need_no_form() -> None:
    python = {":v": {"a": 1, "S": "x"}, ":x": {}}
    found = condition_from_text("anything = :v AND spots = :x", values=python)
    assert found == condition_from_text("anything = :v AND spots = :x", values=python, values_as="python")
    held: list[Any] = []
    held.append(held)
    with pytest.raises(UsageError, match="nested too deep"):
        condition_from_text("anything = :v", values={":v": held})


def test_a_tree_that_was_read_equals_the_same_tree_in_python() -> None:
    values = {":n": {"N": "1.5"}, ":s": {"SS": ["a"]}, ":b": {"B": b"x"}, ":l": {"L": [{"NULL": True}]}}
    found = condition_from_text("a = :n AND b = :s AND c = :b AND d IN (:l)", values=values)
    python = {":n": Decimal("1.5"), ":s": {"a"}, ":b": b"x", ":l": [None]}
    assert found == condition_from_text("a = :n AND b = :s AND c = :b AND d IN (:l)", values=python)
    assert hash(found) == hash(condition_from_text("a = :n AND b = :s AND c = :b AND d IN (:l)", values=python))
    assert condition_to_text(found).values == {
        ":0": {"N": "1.5"},
        ":1": {"SS": ["a"]},
        ":2": {"B": "eA=="},
        ":3": {"L": [{"NULL": True}]},
    }


def test_null_is_none() -> None:
    wire = condition_from_text("anything = :v", values={":v": {"NULL": True}})
    assert wire == condition_from_text("anything = :v", values={":v": None})
    assert wire == condition_from_text("anything = :v", values={":v": None}, values_as="json")


def test_names_values_and_forms_are_what_they_should_be() -> None:
    given: Any
    for given, found in [
        ({"values": [1]}, "values= is a mapping"),
        ({"names": "a"}, "names= is a mapping"),
        ({"values": {"v": 1}}, "values= has 'v': begin every placeholder with :"),
        ({"names": {"a": "b"}}, "names= has 'a': begin every placeholder with #"),
        ({"names": {3: "b"}}, "names= has 3: begin every placeholder with #"),
        ({"values": {":v": 1}, "values_as": "wire"}, "values_as='wire': use one of 'python', 'dynamodb', 'json'"),
        ({"values": {":v": 1}, "values_as": "dynamodb"}, "expected a mapping such as {'S': 'text'}, found int"),
    ]:
        with pytest.raises(UsageError) as caught:
            condition_from_text("spot = :v", **given)
        assert found in str(caught.value)


def test_later_changes_of_a_value_change_nothing() -> None:
    wire, plain = {"L": [{"S": "x"}]}, ["x"]
    found = [
        condition_from_text("anything = :v", values={":v": wire}),
        condition_from_text("anything = :v", values={":v": plain}),
        condition_from_text("anything = :v", values={":v": plain}, values_as="json"),
    ]
    wire["L"].append({"S": "y"})
    plain.append("y")
    assert found[0] == found[1] == found[2] == condition_from_text("anything = :v", values={":v": ["x"]})
