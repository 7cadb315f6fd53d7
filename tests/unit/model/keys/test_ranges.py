"""Which keys a query asks for: the prefixes and the ranges of the contract, row by row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dynamo_document_builder import UsageError
from dynamo_document_builder.model.keys.templates.ranges import Comparison, Prefix, Range, compared, prefix, text_before
from tests.unit.model.keys.things import template

MAX = "\U0010ffff"
DAY = {"day": date(2026, 1, 5)}


def range_of(text: str, operator: Comparison, **given: Any) -> Range:
    return compared(template(text), given).range(operator)


@pytest.mark.parametrize(
    ("operator", "low", "high"),
    [
        (">=", "A#v", f"A#{MAX}"),
        (">", "A#v\0", f"A#{MAX}"),
        ("<=", "A#", "A#v"),
        ("<", "A#", f"A#u{MAX}"),
    ],
)
def test_a_field_at_the_end_is_compared_exactly(operator: Comparison, low: str, high: str) -> None:
    assert range_of("A#{a}", operator, a="v") == Range(low, high)


@pytest.mark.parametrize(
    ("operator", "low", "high"), [(">=", "v", None), (">", "v\0", None), ("<=", None, "v"), ("<", None, f"u{MAX}")]
)
def test_without_anything_before_it_an_end_is_open(operator: Comparison, low: str | None, high: str | None) -> None:
    assert range_of("{a}", operator, a="v") == Range(low, high)


@pytest.mark.parametrize(
    ("operator", "low", "high"),
    [
        (">=", "D#2026-01-05", f"D#{MAX}"),
        (">", f"D#2026-01-05#{MAX}", f"D#{MAX}"),
        ("<=", "D#", f"D#2026-01-05#{MAX}"),
        ("<", "D#", f"D#2026-01-04{MAX}"),
    ],
)
def test_a_field_of_fixed_width_is_compared_exactly_before_others(operator: Comparison, low: str, high: str) -> None:
    assert range_of("D#{day}#{a}", operator, **DAY) == Range(low, high)


@pytest.mark.parametrize(
    ("value", "operator", "found"),
    [
        ("al", ">=", Range("A#al", f"A#{MAX}")),
        ("al", ">", Range("A#al", f"A#{MAX}", is_exact=False)),
        ("al", "<", Range("A#", f"A#ak{MAX}")),
        ("al", "<=", Range("A#", f"A#al#{MAX}", is_exact=False)),
        ("al b", ">=", Range("A#al b", f"A#{MAX}", is_exact=False)),
        ("al b", ">", Range("A#al b", f"A#{MAX}", is_exact=False)),
        ("al b", "<", Range("A#", f"A#al#{MAX}", is_exact=False)),
        ("al b", "<=", Range("A#", f"A#al#{MAX}", is_exact=False)),
    ],
)
def test_text_before_others_is_exact_where_no_key_condition_errs(
    value: str, operator: Comparison, found: Range
) -> None:
    assert range_of("A#{a}#{b}", operator, a=value) == found


@pytest.mark.parametrize(
    ("key", "operator", "is_meant"),
    [
        ("A#al#x", ">", False),
        ("A#al b#x", ">", True),
        ("A#al b#x", "<=", False),
        ("A#a#x", "<=", True),
        ("A#al#x", "<=", True),
        ("A#al#x", "<", False),
        ("A#a", "<", False),
        ("B#a#x", "<", False),
    ],
)
def test_what_lies_between_and_is_not_meant_is_told_by_its_key(
    key: str, operator: Comparison, *, is_meant: bool
) -> None:
    assert compared(template("A#{a}#{b}"), {"a": "al"}).satisfies(key, operator) == is_meant


@pytest.mark.parametrize(
    ("text", "before"),
    [("b", f"a{MAX}"), ("a\0", "a"), ("\ue000", f"\ud7ff{MAX}"), ("\U00010000", f"\uffff{MAX}")],
)
def test_the_last_text_before_another_skips_what_is_no_text(text: str, before: str) -> None:
    assert text_before(text) == before


def test_numbers_are_compared_by_value() -> None:
    question = compared(template("{n:number}"), {"n": 9})
    assert question.is_bare
    assert question.satisfies("10", ">")
    assert not question.satisfies("-10", ">")


@pytest.mark.parametrize(
    ("text", "given", "said"),
    [
        ("A#{n}", {"n": 1}, "'n' does not sort in A#{n}: '10' comes before '9'; use a padded format such as {n:06d}"),
        ("{day:%d-%m}", DAY, "{day:%d-%m} does not begin with the largest unit"),
        ("A#{a}#{b}", {"b": "x"}, "'b' cannot narrow the query: give 'a' first (A#{a}#{b})"),
        ("A#{a}#{b}", {"a": "v", "n": 1}, "'n' cannot narrow the query: A#{a}#{b} has no such field; use filter="),
        ("A#{a}#{b}", {}, "a comparison takes the first field of A#{a}#{b}, or several fields from the left"),
        ("META", {}, "a comparison takes the first field of META"),
        ("A#{a}", {"a": "x#y"}, "'a' contains '#'"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_way_out(text: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        compared(template(text), given)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "given", "begins", "found"),
    [
        ("A#{a}#{b}", {}, False, Prefix("A#", is_whole=False)),
        ("A#{a}#{b}", {"a": "v"}, False, Prefix("A#v#", is_whole=False)),
        ("A#{a}#{b}", {"a": "v", "b": "w"}, False, Prefix("A#v#w", is_whole=True)),
        ("A#{a}#{b}", {"a": "v"}, True, Prefix("A#v", is_whole=False)),
        ("A#{a}#{b}", {"a": "v", "b": "w"}, True, Prefix("A#v#w", is_whole=False)),
        ("A#{a:lower}", {"a": "ΟΔΟΣ"}, True, Prefix("A#οδοσ", is_whole=False)),
        ("A#{day}#{a}", {"day": "2026-0"}, True, Prefix("A#2026-0", is_whole=False)),
        ("A#{day}#{a}", DAY, True, Prefix("A#2026-01-05#", is_whole=False)),
        ("{a}#{b}", {}, False, Prefix("", is_whole=False)),
        ("META", {}, False, Prefix("META", is_whole=True)),
    ],
)
def test_leading_fields_give_a_prefix(text: str, given: dict[str, Any], *, begins: bool, found: Prefix) -> None:
    assert prefix(template(text), given, begins=begins) == found
