"""Numbers: equal ones have equal text, what DynamoDB cannot keep is refused, and no decimal context matters."""

import decimal
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from dynamo_document_builder.wire.json.numbers import (
    UnstorableError,
    number_text,
    read_decimal,
    read_float,
    read_int,
    read_number,
)

EQUAL: list[tuple[str, list[Any]]] = [
    ("0", [0, 0.0, -0.0, Decimal(0), Decimal("-0"), Decimal("0.00"), Decimal("0E+999"), Decimal("-0E-999")]),
    ("1", [1, 1.0, Decimal(1), Decimal("1.00"), Decimal(1), Decimal("10E-1"), Decimal("1." + "0" * 60)]),
    ("-1.5", [-1.5, Decimal("-1.50"), Decimal("-15E-1")]),
    ("100", [100, 100.0, Decimal(100), Decimal("1E2"), Decimal("100.0")]),
    ("0.1", [0.1, Decimal("0.1"), Decimal("0.10")]),
    ("0.0000001", [1e-7, Decimal("1E-7"), Decimal("0.0000001")]),
    ("1E-8", [1e-8, Decimal("0.00000001")]),
    ("-15E-9", [-1.5e-8, Decimal("-0.0000000150")]),
    ("1" + "0" * 39, [10**39, 1e39, Decimal("1E39")]),
    ("1E40", [10**40, 1e40, Decimal("1E40"), Decimal("10E39")]),
    ("123E120", [123 * 10**120, 1.23e122, Decimal("1.23E122")]),
    ("9" * 38, [10**38 - 1, Decimal("9" * 38)]),
    ("0." + "9" * 38, [Decimal("0." + "9" * 38)]),
    ("1E-130", [1e-130, Decimal("1E-130")]),
    ("9" * 38 + "E88", [Decimal("9" * 38 + "E88"), (10**38 - 1) * 10**88]),
]


@pytest.mark.parametrize(("text", "numbers"), EQUAL, ids=[text for text, _ in EQUAL])
def test_equal_numbers_have_one_text_which_reads_back_equal(text: str, numbers: list[Any]) -> None:
    assert {number_text(number) for number in numbers} == {text}
    assert read_decimal(text) == numbers[-1]
    assert read_number(text) == numbers[-1]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (float("nan"), "not finite"),
        (float("-inf"), "not finite"),
        (Decimal("NaN"), "not finite"),
        (Decimal("sNaN"), "not finite"),
        (Decimal("Infinity"), "not finite"),
        (10**38 + 1, "39 significant digits"),
        (Decimal("0." + "1" * 39), "39 significant digits"),
        (10**126, "magnitude of 1E126"),
        (1e126, "magnitude of 1E126"),
        (Decimal("1E-131"), "magnitude of 1E-131"),
        (5e-324, "magnitude of 1E-324"),
        (10**400, "beyond 126 digits"),
        (-(10**10_000), "beyond 126 digits"),
        (Decimal("1E+999999"), "magnitude of 1E999999"),
    ],
    ids=range(14),
)
def test_what_dynamodb_cannot_keep_is_refused_with_the_reason(number: Any, why: str) -> None:
    with pytest.raises(UnstorableError, match=why):
        number_text(number)


@pytest.mark.parametrize("value", [True, "1", None, 1j, b"1"])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="is not a number"):
        number_text(value)


def test_a_refusal_never_shows_the_number() -> None:
    with pytest.raises(UnstorableError) as caught:
        number_text(Decimal("7" * 39))
    assert "777" not in str(caught.value)


@pytest.mark.parametrize(
    "context",
    [
        decimal.Context(prec=3, Emin=-2, Emax=2, traps=[decimal.Inexact, decimal.Rounded, decimal.FloatOperation]),
        decimal.Context(prec=1, capitals=0, rounding=decimal.ROUND_UP),
        decimal.Context(traps=[]),
    ],
)
def test_the_callers_decimal_context_changes_nothing_and_is_not_changed(context: decimal.Context) -> None:
    before = decimal.getcontext()
    decimal.setcontext(context)
    try:
        context.clear_flags()
        for text, numbers in EQUAL:
            assert {number_text(number) for number in numbers} == {text}
            assert read_number(text) == read_decimal(text)
            assert read_float(text) == float(text)
        assert read_int("1E+3") == 1000
        assert not any(context.flags.values())
    finally:
        decimal.setcontext(before)


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ("-0", 0), ("1E+3", 1000), ("12.000", 12), ("1" + "0" * 125, 10**125)]
)
def test_a_whole_number_is_read_in_any_form(text: str, value: int) -> None:
    assert read_int(text) == value
    assert type(read_int(text)) is int


def test_an_undeclared_number_is_an_int_if_it_is_whole() -> None:
    assert [type(read_number(text)) for text in ("1", "1.0", "1E2", "1.5", "1E-130")] == [
        int,
        int,
        int,
        Decimal,
        Decimal,
    ]


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_int, "1.5"),
        (read_int, ""),
        (read_int, "x"),
        (read_int, "NaN"),
        (read_int, "1E999999999"),
        (read_decimal, "Infinity"),
        (read_decimal, "1..2"),
        (read_float, "nan"),
        (read_float, "1E999"),
        (read_number, "1E126"),
        (read_number, "sNaN"),
    ],
)
def test_text_that_is_no_number_is_not_read(read: Callable[[str], Any], text: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        read(text)
