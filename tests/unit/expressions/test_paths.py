"""Paths are segments: names are never inlined, and only the text form is split."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder import UsageError, attr, begins_with, exists
from dynamo_document_builder.expressions.tree.paths import Path, parse_path
from tests.unit.expressions.spelled import condition_of, spelled


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("name", ("name",)),
        ("address.city", ("address", "city")),
        ("words[0]", ("words", 0)),
        ("matrix[1][12]", ("matrix", 1, 12)),
        ("places[0].city", ("places", 0, "city")),
        ("a-b c.😀", ("a-b c", "😀")),
        ("#x.:y", ("#x", ":y")),
        ("0", ("0",)),
    ],
)
def test_text_is_a_document_path(text: str, segments: tuple[Any, ...]) -> None:
    assert parse_path(text).segments == segments


@pytest.mark.parametrize(
    "text", ["", ".", "a.", ".a", "a..b", "a[", "a]", "a[]", "a[x]", "a[-1]", "[0]", "a[0]b", "a.[0]", "a[0", "a[1.5]"]
)
def test_text_that_is_no_path_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(UsageError, match=r"attr\("):
        parse_path(text)


@pytest.mark.parametrize("segments", [(), ("",), (1.5,), (True,), (-1,), (None,), ("a", -1), ("a", "")])
def test_attr_takes_names_and_indexes(segments: Any) -> None:
    with pytest.raises(UsageError):
        attr(*segments)


def test_an_index_in_a_condition_is_an_index() -> None:
    assert condition_of({"words[0]": "a"}) == {
        "ConditionExpression": "#0[0] = :0",
        "ExpressionAttributeNames": {"#0": "words"},
        "ExpressionAttributeValues": {":0": {"S": "a"}},
    }
    assert spelled({"matrix[1][2]": 3}) == 'matrix[1][2] = {"N":"3"}'
    assert spelled({"places[0].city": "Oslo"}) == 'places[0].city = {"S":"Oslo"}'


ODD = [
    "a.b",
    "a-b",
    "a b",
    "#x",
    ":y",
    "😀",
    "[0]",
    "a[0]",
    "status",
    "é",
    "size",
    "__proto__",
    '"quoted"',
    "back\\slash",
]


@pytest.mark.parametrize("name", ODD)
def test_any_name_goes_behind_a_placeholder(name: str) -> None:
    assert condition_of(attr("extra", name) == 1) == {
        "ConditionExpression": "#0.#1 = :0",
        "ExpressionAttributeNames": {"#0": "extra", "#1": name},
        "ExpressionAttributeValues": {":0": {"N": "1"}},
    }


def test_a_segment_may_be_an_index_or_a_name_of_digits() -> None:
    assert condition_of(attr("extra", "a.b", 0) == 1)["ConditionExpression"] == "#0.#1[0] = :0"
    assert condition_of(attr("extra", "0") == 1)["ConditionExpression"] == "#0.#1 = :0"


def test_a_path_can_be_walked_with_brackets() -> None:
    assert spelled(attr("places")[0]["city"] == "Oslo") == 'places[0].city = {"S":"Oslo"}'


def test_a_mapping_takes_attr_as_a_key() -> None:
    assert spelled({attr("extra", "a.b"): begins_with("x")}) == 'begins_with(extra.a.b, {"S":"x"})'


def test_a_field_is_named_as_in_the_schema_and_sent_as_it_is_stored() -> None:
    assert condition_of({"first": "x"})["ExpressionAttributeNames"] == {"#0": "first-name"}
    with pytest.raises(UsageError, match="has no field 'first-name'"):
        condition_of({attr("first-name"): "x"})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("titel", "did you mean 'title'"),
        ("zzz", "it has 'page_id', "),
        ("address.citi", "Address has no field 'citi'; did you mean 'city'"),
        ("title.x", "'title' is str: it has no attribute 'x'"),
        ("title[0]", "'title' is str: it has no elements"),
        ("tags[0]", "it has no elements"),
        ("words.x", "it has no attribute 'x'"),
        ("address[0]", "'address' is Address: it has no elements"),
    ],
)
def test_a_path_that_is_not_in_the_schema_is_refused(path: str, text: str) -> None:
    with pytest.raises(UsageError, match=text.replace("[", r"\[")):
        condition_of({path: exists()})


def test_anything_may_be_under_a_name_of_any_type() -> None:
    assert spelled(exists(attr("anything", "a", 0, "b"))) == "attribute_exists(anything.a[0].b)"
    assert spelled({"counters.x-y": 3}) == 'counters.x-y = {"N":"3"}'


def test_paths_print_as_they_are_written() -> None:
    assert str(Path(("a", 0, "b"))) == "a[0].b"
