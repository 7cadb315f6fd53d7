"""
Item sizes, computed by hand by the rules AWS publishes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from typing import Any

import pytest

from dynamo_document_builder.wire.json.sizes import MAX_ITEM_BYTES, item_size, value_size


@pytest.mark.parametrize(
    ("wire", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "abc"}, 3),
        ({"S": "é"}, 2),
        ({"S": "😀"}, 4),
        ({"B": ""}, 0),
        ({"B": "AAEC"}, 3),
        ({"B": "AA=="}, 1),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"N": "0"}, 1),
        ({"N": "7"}, 2),
        ({"N": "27"}, 2),
        ({"N": "123"}, 3),
        ({"N": "-27"}, 3),
        ({"N": "1000"}, 2),
        ({"N": "0.001"}, 2),
        ({"N": "1E100"}, 2),
        ({"N": "12345.6789"}, 6),
        ({"N": "-0"}, 1),
        ({"N": "0.000"}, 1),
        ({"N": "0E5"}, 1),
        ({"N": "12"}, 2),
        ({"N": "15"}, 2),
        ({"N": "1234"}, 3),
        ({"N": "123456"}, 4),
        ({"N": "0042"}, 2),
        ({"N": "100"}, 2),
        ({"N": "1010"}, 3),
        ({"N": "1.5"}, 3),
        ({"N": "1.2"}, 3),
        ({"N": "1.200"}, 3),
        ({"N": "1.234"}, 4),
        ({"N": "1.05"}, 3),
        ({"N": "1.005"}, 4),
        ({"N": "3.14159"}, 5),
        ({"N": "100.5"}, 4),
        ({"N": "100.50"}, 4),
        ({"N": "100.0"}, 2),
        ({"N": "0.15"}, 2),
        ({"N": "0.05"}, 2),
        ({"N": "0.105"}, 3),
        ({"N": "0.0000001"}, 2),
        ({"N": "-1.5"}, 4),
        ({"N": "-42"}, 3),
        ({"N": "-0.001"}, 3),
        ({"N": "1E125"}, 2),
        ({"N": "1E-100"}, 2),
        ({"N": "1.5E1"}, 2),
        ({"N": "15E-1"}, 3),
        ({"N": "1005E-1"}, 4),
        ({"N": "1.005E+2"}, 4),
        ({"N": "12345678901234567890.123456789012345678"}, 20),
        ({"N": "1." + "2" * 37}, 1 + 1 + 19),
        ({"NS": ["1.5", "-1.5"]}, 3 + 4),
        ({"N": "9" * 38}, 20),
        ({"SS": ["ab", "c"]}, 3),
        ({"NS": ["1", "22"]}, 4),
        ({"BS": ["AA==", "AAEC"]}, 4),
        ({"L": []}, 3),
        ({"M": {}}, 3),
        ({"L": [{"S": "ab"}, {"NULL": True}]}, 3 + (1 + 2) + (1 + 1)),
        ({"M": {"key": {"S": "ab"}}}, 3 + (1 + 3 + 2)),
        ({"M": {"a": {"L": [{"N": "1"}]}}}, 3 + 1 + 1 + (3 + 1 + 2)),
    ],
    ids=str,
)
def test_the_size_of_a_value(wire: Any, size: int) -> None:
    assert value_size(wire) == size


def test_an_item_counts_its_names_too() -> None:
    assert item_size({}) == 0
    assert item_size({"a": {"S": "b"}}) == 2
    assert item_size({"name": {"S": "Alice"}, "age": {"N": "27"}, "é": {"BOOL": True}}) == (4 + 5) + (3 + 2) + (2 + 1)


def test_aws_own_example_of_an_attribute() -> None:
    """An attribute named "shirt-color" with the value "R" takes 12 bytes."""
    assert item_size({"shirt-color": {"S": "R"}}) == 12


def test_the_limit_is_400_kilobytes() -> None:
    assert MAX_ITEM_BYTES == 409_600
    assert item_size({"a": {"S": "x" * 409_599}}) == MAX_ITEM_BYTES
