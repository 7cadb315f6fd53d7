"""Unions: told apart by how they are stored, or by a tag; all others are refused where they are defined."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, TypedDict

import pytest
from attrs import Factory, field, frozen

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.fields.metadata import stored
from dynamo_document_builder.schema.items.registry import codec_of
from tests.unit.schema.round_trip import class_with, read, refused, unreadable, written


@frozen
class Card:
    number: str
    kind: Literal["card"] = "card"


@frozen
class Bank:
    iban: str
    kind: Literal["bank", "wire"] = "bank"


@frozen
class Point:
    x: int


class Tag(StrEnum):
    ONE = "1"


@frozen
class ByNumber:
    a: int
    v: Literal[1] = field(default=1, metadata=stored(alias='"v'))


@frozen
class ByText:
    b: int
    v: Literal[Tag.ONE] = field(default=Tag.ONE, metadata=stored(alias='"v'))


@frozen
class ByTruth:
    c: int
    v: Literal[True] = field(default=True, metadata=stored(alias='"v'))


@frozen
class Tree:
    kind: Literal["tree"] = "tree"
    branches: "list[Tree | Leaf]" = Factory(list)


@frozen
class Leaf:
    kind: Literal["leaf"] = "leaf"


@pytest.mark.parametrize(
    ("annotation", "values"),
    [
        (int | str, [1, "1"]),
        (Decimal | bool | bytes, [Decimal(1), True, b"a"]),
        (int | list[int] | dict[str, int] | set[str], [1, [1], {"a": 1}, {"a"}]),
        (str | Point, ["a", Point(1)]),
        (datetime | int | None, [1, None]),
        (Card | Bank, [Card("1"), Bank("2"), Bank("3", "wire")]),
        (Card | Bank | str | None, [Card("1"), Bank("2"), "x", None]),
        (ByNumber | ByText | ByTruth, [ByNumber(1), ByText(2), ByTruth(3)]),
        (list[Card | Bank | int | None], [[Card("1"), 5, None, Bank("2")], []]),
        (Tree | Leaf, [Tree("tree", [Leaf(), Tree()]), Leaf()]),
        (Literal["a", None], ["a", None]),  # noqa: PYI061  people write both
        (Literal["a"] | int, ["a", 5]),
    ],
)
def test_each_member_is_read_back_as_itself(annotation: Any, values: list[Any]) -> None:
    cls = class_with(annotation)
    for value in values:
        for trusted in (False, True):
            back = read(cls, written(cls(value), trusted=trusted), trusted=trusted).value
            assert (back, type(back)) == (value, type(value))


@pytest.mark.parametrize(
    "annotation",
    [
        int | float,
        str | datetime,
        list[int] | tuple[int, ...],
        dict[str, int] | Point,
        Any | str,
        set[int] | frozenset[int],
    ],
)
def test_members_that_are_stored_alike_are_refused_with_a_remedy(annotation: Any) -> None:
    with pytest.raises(DefinitionError, match=r"schema 'Thing', field 'value': .* cannot be told apart .*Literal"):
        codec_of(class_with(annotation))


def test_classes_without_a_tag_of_their_own_are_refused_with_a_remedy() -> None:
    @frozen
    class Same:
        kind: Literal["card"] = "card"

    for annotation in (Card | Point, Card | Same):
        with pytest.raises(
            DefinitionError, match=r"cannot be told apart when they are read: give each a field .*Literal"
        ):
            codec_of(class_with(annotation))


def test_the_member_that_was_meant_says_what_does_not_fit() -> None:
    cls = class_with(Card | Bank)
    assert refused(cls(Card(1))) == ["value.number: expected str, found int"]  # type: ignore[arg-type]
    assert refused(cls(Point(1))) == ["value: expected Card | Bank, found Point"]
    assert refused(cls(None)) == ["value: expected Card | Bank, found None"]


def test_a_stored_record_with_an_unknown_tag_is_named() -> None:
    cls = class_with(Card | Bank)
    one_of = "value.kind: expected one of 'card', 'bank', 'wire', found another tag, or none"
    assert unreadable(cls, {"value": {"M": {"kind": {"S": "cash"}}}}) == [one_of]
    assert unreadable(cls, {"value": {"M": {}}}) == [one_of]
    assert unreadable(cls, {"value": {"M": {"kind": {"L": []}}}}) == [one_of]
    assert unreadable(cls, {"value": {"M": {"kind": {"S": "card"}}}}) == [
        "value.number: expected str, found nothing stored"
    ]
    assert unreadable(cls, {"value": {"S": "card"}}) == ["value: expected Card | Bank, found stored S"]


def test_a_tag_may_be_optional_in_no_place_it_is_needed() -> None:
    @frozen
    class Maybe:
        kind: Literal["maybe"] | None = None

    with pytest.raises(DefinitionError, match="cannot be told apart"):
        codec_of(class_with(Card | Maybe))


def test_typed_dictionaries_have_no_tag_and_stand_alone() -> None:
    class One(TypedDict):
        kind: Literal["one"]

    class Two(TypedDict):
        kind: Literal["two"]

    with pytest.raises(DefinitionError, match="cannot be told apart"):
        codec_of(class_with(One | Two))
    cls = class_with(One | int)
    assert read(cls, written(cls({"kind": "one"}))).value == {"kind": "one"}
