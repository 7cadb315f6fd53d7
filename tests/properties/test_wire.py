"""What holds for numbers, for undeclared values and for sizes, whatever they are."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder.wire.json.numbers import UnstorableError, number_text, read_decimal, read_number
from dynamo_document_builder.wire.json.sizes import item_size
from dynamo_document_builder.wire.json.untyped import UnsupportedValueError, untyped_text, untyped_value
from tests.properties.strategies import any_value, decimals, floats, integers, natural, types_of


def exactly(number: Any) -> Decimal:
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


@given(decimals() | integers() | floats())
def test_a_number_that_dynamodb_stores_has_one_text_which_reads_back_equal(number: Any) -> None:
    text = number_text(number)
    assert read_decimal(text) == read_number(text) == exactly(number)
    assert {number_text(same) for same in (exactly(number), read_decimal(text), read_number(text))} == {text}
    sign, digits, exponent = exactly(number).as_tuple()
    assert number_text(Decimal((sign, (0, *digits, 0, 0), int(exponent) - 2))) == text


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers() | st.floats(allow_nan=False))
def test_a_number_is_written_exactly_or_not_at_all(number: Any) -> None:
    try:
        text = number_text(number)
    except UnstorableError:
        return
    assert Decimal(text) == exactly(number)


@given(decimals() | integers(), decimals() | integers())
def test_numbers_have_equal_texts_only_if_they_are_equal(one: Any, other: Any) -> None:
    assert (number_text(one) == number_text(other)) == (one == other)


@given(natural())
def test_an_undeclared_value_reads_back_as_it_was(value: Any) -> None:
    back = untyped_value(json.loads(untyped_text(value)))
    assert back == value
    assert types_of(back) == types_of(value)


@given(any_value | st.floats() | st.text(st.characters(categories=["Cs"])) | st.sets(st.integers() | st.text()))
def test_any_value_at_all_is_written_as_json_or_refused(value: Any) -> None:
    try:
        text = untyped_text(value)
    except UnsupportedValueError:
        return
    untyped_value(json.loads(text.encode()))


@given(st.dictionaries(st.text(min_size=1), natural(), max_size=4))
def test_an_item_is_never_larger_than_its_json(item: dict[str, Any]) -> None:
    text = untyped_text(item).removeprefix('{"M":').removesuffix("}")
    assert item_size(json.loads(text)) <= len(text.encode())
