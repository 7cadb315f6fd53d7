"""Typed dictionaries, with annotations that are text: what is not required may be missing."""

from __future__ import annotations

from typing import Annotated, NotRequired, Required, TypedDict

from attrs import frozen

from tests.unit.schema.round_trip import read, refused, unreadable, written


class Partial(TypedDict, total=False):
    a: int
    b: Required[str]
    c: Annotated[Required[str | None], "a note"]


class Whole(TypedDict):
    a: int
    b: NotRequired[str | None]


class More(Whole):
    tags: NotRequired[set[str]]
    inner: NotRequired[More]


Strange = TypedDict("Strange", {'a"b': int, "c\\": "NotRequired[str]", "'''": int})


@frozen
class Holder:
    partial: Partial
    whole: Whole
    more: list[More]
    strange: Strange


FULL = Holder(
    {"a": 1, "b": "x", "c": None},
    {"a": 1, "b": None},
    [{"a": 1, "tags": {"t"}, "inner": {"a": 2, "inner": {"a": 3}}}],
    {'a"b': 1, "c\\": "x", "'''": 2},
)
LEAST = Holder({"b": "x", "c": None}, {"a": 1}, [{"a": 1}], {'a"b': 1, "'''": 2})


def test_what_is_there_is_read_back_and_what_is_missing_stays_missing() -> None:
    for item in (FULL, LEAST):
        for trusted in (False, True):
            assert read(Holder, written(item, trusted=trusted), trusted=trusted) == item


def test_a_missing_member_and_none_are_two_things() -> None:
    assert written(LEAST)["whole"] == {"M": {"a": {"N": "1"}}}
    assert written(FULL)["whole"] == {"M": {"a": {"N": "1"}, "b": {"NULL": True}}}


def test_what_does_not_fit_is_named() -> None:
    wrong = Holder({"a": 1}, {"b": 2}, [{"a": 1, "inner": {"a": "x"}}], {'a"b': "x", "'''": 2})  # type: ignore[typeddict-item]
    assert refused(wrong) == [
        "partial.b: expected str, found nothing",
        "partial.c: expected str or None, found nothing",
        "whole.a: expected int, found nothing",
        "whole.b: expected str, found int",
        "more[0].inner.a: expected int, found str",
        'strange.a"b: expected int, found str',
    ]


def test_an_unknown_member_is_refused_when_written_and_ignored_when_read() -> None:
    assert refused(Holder({**LEAST.partial, "x": 1}, LEAST.whole, [], LEAST.strange)) == [  # type: ignore[typeddict-unknown-key]
        "partial.x: expected nothing, found a key the TypedDict does not have"
    ]
    stored = written(LEAST)
    stored["whole"]["M"]["x"] = {"N": "1"}
    assert read(Holder, stored) == LEAST


def test_stored_members_that_do_not_fit_are_named() -> None:
    stored = written(LEAST) | {"whole": {"M": {"b": {"N": "1"}}}, "strange": {"M": {"'''": {"S": "x"}}}}
    assert unreadable(Holder, stored) == [
        "whole.a: expected int, found nothing stored",
        "whole.b: expected str, found stored N",
        'strange.a"b: expected int, found nothing stored',
        "strange.''': expected int, found stored S",
    ]
