"""Stored names: aliases of any characters, and no two fields under one name."""

from typing import Any

import attrs
import pytest
from attrs import field, frozen

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.fields.metadata import stored
from dynamo_document_builder.schema.items.registry import codec_of
from tests.unit.schema.round_trip import read, refused, unreadable, written

HOSTILE = [
    '"',
    "'",
    "'''",
    '"""',
    "\\",
    "\\'",
    "{",
    "}",
    "{{x}}",
    "{0}",
    "\n",
    "\r\n",
    "\x00",
    "\x1f\x7f",
    "a.b",
    "a-b",
    "[0]",
    "#n",
    ":v",
    " ",
    "é",
    "😀",
    "😀\n",
    "\u2028",
    "f0",
    "o",
    "_cls0",
    "M",
    "class",
    "%s",
    "$",
    'x"};import os;{"',
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("annotation", [str, str | None, list[str], "Inner"])
def test_any_name_can_be_an_alias(name: str, annotation: Any) -> None:
    inner = attrs.make_class("Inner", {"x": field(type=str, metadata=stored(alias=name))}, frozen=True)
    given, value = (
        (inner, inner("v")) if annotation == "Inner" else (annotation, ["v"] if annotation == list[str] else "v")
    )
    options: dict[str, Any] = {"default": None} if annotation == str | None else {}
    cls = attrs.make_class("Named", {"value": field(type=given, metadata=stored(alias=name), **options)}, frozen=True)
    item = cls(value)
    assert list(written(item)) == [name]
    assert read(cls, {"PK": {"S": "k"}, **written(item)}) == item
    if options:
        assert read(cls, {}) == cls(None)


def test_an_alias_is_the_stored_name_and_errors_use_the_field() -> None:
    @frozen
    class User:
        user_id: int = field(metadata=stored(alias="userId"))

    assert written(User(1)) == {"userId": {"N": "1"}}
    assert refused(User("x")) == ["user_id: expected int, found str"]  # type: ignore[arg-type]
    assert unreadable(User, {"user_id": {"N": "1"}}) == ["user_id: expected int, found nothing stored"]
    assert codec_of(User).fields["user_id"].attribute == "userId"


def test_hostile_names_are_missed_and_misread_like_any_other() -> None:
    @frozen
    class Strange:
        a: int = field(metadata=stored(alias='"'))
        b: int | None = field(default=None, metadata=stored(alias="\\"))

    assert unreadable(Strange, {}) == ["a: expected int, found nothing stored"]
    assert unreadable(Strange, {'"': {"S": "x"}, "\\": {"S": "x"}}) == [
        "a: expected int, found stored S",
        "b: expected int, found stored S",
    ]


def test_two_fields_under_one_name_are_refused_where_they_are_defined() -> None:
    @frozen
    class Twice:
        a: str
        b: str = field(metadata=stored(alias="a"))

    with pytest.raises(DefinitionError, match=r"^schema 'Twice': fields 'a' and 'b' are both stored as 'a'(?m:$)"):
        codec_of(Twice)


@pytest.mark.parametrize("alias", ["", 5, b"a"])
def test_an_alias_that_is_no_name_is_refused(alias: Any) -> None:
    cls = attrs.make_class("Wrong", {"a": field(type=str, metadata=stored(alias=alias))})
    with pytest.raises(DefinitionError, match="schema 'Wrong', field 'a': alias= must be text that is not empty"):
        codec_of(cls)


def test_metadata_of_other_libraries_is_left_alone() -> None:
    cls = attrs.make_class("Theirs", {"a": field(type=str, metadata={"theirs": 1, ("x",): 2})})
    assert written(cls("v")) == {"a": {"S": "v"}}
