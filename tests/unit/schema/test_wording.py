"""What pydantic refuses is said in sentences that go together, and many findings are summed up."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import pydantic
import pytest
from attrs import frozen
from pydantic import Field

from dynamo_document_builder import (
    BatchWrite,
    Entity,
    ItemValidationError,
    Put,
    StoredItemError,
    Table,
    TransactWrite,
    UsageError,
    key,
)
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.libraries.pydantic_errors import OTHER, expectation
from tests.unit.schema.round_trip import unreadable


class Order(pydantic.BaseModel):
    qty: int = Field(default=1, gt=0)
    most: int = Field(default=1, le=5)
    even: int = Field(default=2, multiple_of=2)
    name: str = Field(default="abc", min_length=3, pattern="^a")
    tags: list[str] = Field(default=["a"], max_length=2)
    kind: Literal["a", "b"] = "a"
    price: Decimal = Field(default=Decimal(1), max_digits=3)
    born: pydantic.PastDate = date(2000, 1, 1)
    code: Annotated[str, pydantic.AfterValidator(lambda code: int(code) and code)] = "1"


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ({"qty": {"N": "0"}}, "qty: expected a value greater than 0, found int (greater_than)"),
        (
            {"most": {"N": "9"}},
            "most: expected a value less than or equal to 5, found int (less_than_equal)",
        ),
        ({"even": {"N": "3"}}, "even: expected a multiple of 2, found int (multiple_of)"),
        (
            {"name": {"S": "a"}},
            "name: expected a string with at least 3 characters, found str (string_too_short)",
        ),
        (
            {"name": {"S": "bbb"}},
            "name: expected a string that matches pattern '^a', found str (string_pattern_mismatch)",
        ),
        (
            {"tags": {"L": [{"S": "a"}] * 3}},
            "tags: expected a list with at most 2 items, found list (too_long)",
        ),
        (
            {"price": {"N": "12345"}},
            "price: expected a decimal with no more than 3 digits in total, found Decimal (decimal_max_digits)",
        ),
        ({"born": {"S": "2999-01-01"}}, "born: expected a date in the past, found date (date_past)"),
        ({"code": {"S": "x7"}}, "code: expected a value its validator takes, found str (value_error)"),
    ],
)
def test_what_a_model_refuses_is_a_sentence(stored: dict[str, Any], said: str) -> None:
    assert unreadable(Order, stored) == [said]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Input should be 'a' or 'b'", "'a' or 'b'"),
        ("Input should be a valid integer", "a valid integer"),
        ("Input should be in the past", "a value in the past"),
        ("Input should have timezone info", "a value with timezone info"),
        ("Decimal input should have no more than 2 decimal places", "a decimal with no more than 2 decimal places"),
        ("URL scheme should be 'http' or 'https'", OTHER),
        ("Unable to parse secret", OTHER),
        ("secret should be kept", OTHER),
        ("", OTHER),
    ],
)
def test_only_sentences_of_pydantics_own_are_repeated(message: str, said: str) -> None:
    assert expectation(message) == said


@frozen
class Row:
    row_id: str
    values: list[int]


rows = Entity(Row, Table("app"), partition_key=lambda r: key("R", r.row_id), sort_key=lambda _: "META")
BAD: Any = ["x"] * 1000


def test_many_bad_items_are_counted() -> None:
    items: Any = [Row(str(number), ["x"]) for number in range(1000)]  # type: ignore[list-item]
    with pytest.raises(ItemValidationError) as caught:
        rows.request(BatchWrite(items))
    lines = str(caught.value).splitlines()
    assert len(lines) == 22
    assert lines[0] == "BatchWrite was not sent, 1000 problems:"
    assert lines[-1] == "  and 980 more, all of them in .problems"
    assert (len(caught.value.problems), len(caught.value.failures)) == (1000, 1000)


@pytest.mark.parametrize(
    "command", [Put(Row("1", BAD)), TransactWrite([Put(Row("1", BAD))]), Put(Row("1", []), condition={"values": BAD})]
)
def test_many_bad_values_of_one_item_are_counted(command: Any) -> None:
    with pytest.raises(UsageError) as caught:
        rows.request(command)
    assert len(str(caught.value)) < 2000
    assert "values[19]: expected int, found str" in str(caught.value)
    assert "and 980 more" in str(caught.value)
    assert "values[20]" not in str(caught.value)


def test_many_bad_values_of_a_stored_item_are_counted() -> None:
    raw = json.dumps({"row_id": {"S": "1"}, "values": {"L": [{"S": "x"}] * 1000}}).encode()
    with pytest.raises(StoredItemError, match=r"; and 980 more, all of them in \.failures(?m:$)") as caught:
        rows.__model__.decode(raw)
    assert len(caught.value.failures) == 1000
    with pytest.raises(MisfitError, match=r"; and 980 more$"):
        rows.__model__.codec.decode(raw)


def test_what_has_no_path_begins_with_what_was_expected() -> None:
    with pytest.raises(
        StoredItemError, match="in table app does not fit Row: expected Row, found JSON that is not DynamoDB JSON"
    ):
        rows.__model__.decode(b"[]")
