"""
What an update returns of an item: only the parts that it names, inside the maps and lists that hold them.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html (ReturnValues)
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.asking import Memory
from tests.groves import TREES, create_tables

KEY = {"grove": {"S": "oak"}, "tree": {"S": "a"}}
RINGS = {"L": [{"N": "3"}, {"N": "9"}, {"N": "1"}]}
NEW = {":new": {"N": "7"}}


def returned(asked: str, text: str, *, stored: bool = True) -> Any:
    """Return the attributes of the answer, in which numbers stand for themselves."""
    memory = Memory()
    create_tables(memory)
    if stored:
        lot = {"M": {"city": {"N": "5"}, "rings": RINGS}}
        memory.ask("PutItem", {"TableName": TREES, "Item": {**KEY, "crown": {"N": "2"}, "rings": RINGS, "lot": lot}})
    update = {"TableName": TREES, "Key": KEY, "UpdateExpression": text, "ReturnValues": asked}
    answered = memory.ask("UpdateItem", {**update, "ExpressionAttributeValues": NEW} if ":new" in text else update)
    assert answered.code == "", answered
    return plain({"M": answered.body["Attributes"]}) if "Attributes" in answered.body else None


def plain(value: dict[str, Any]) -> Any:
    [(tag, inner)] = value.items()
    if tag == "M":
        return {name: plain(member) for name, member in inner.items()}
    return [plain(element) for element in inner] if tag == "L" else int(inner) if tag == "N" else inner


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("SET crown = :new", {"crown": 2}, {"crown": 7}),
        ("SET spread = :new", None, {"spread": 7}),
        ("REMOVE crown", {"crown": 2}, None),
        ("REMOVE spread", None, None),
        ("ADD crown :new", {"crown": 2}, {"crown": 9}),
        ("SET crown = :new REMOVE rings", {"crown": 2, "rings": [3, 9, 1]}, {"crown": 7}),
        ("SET lot.city = :new", {"lot": {"city": 5}}, {"lot": {"city": 7}}),
        ("SET lot.plots = :new", None, {"lot": {"plots": 7}}),
        ("REMOVE lot.city", {"lot": {"city": 5}}, None),
        ("SET rings[1] = :new", {"rings": [9]}, {"rings": [7]}),
        ("SET rings[0] = :new, rings[2] = :new", {"rings": [3, 1]}, {"rings": [7, 7]}),
        ("SET lot.rings[1] = :new", {"lot": {"rings": [9]}}, {"lot": {"rings": [7]}}),
        # An element is looked up by the index in the text, where another may have come, or none.
        ("SET rings[8] = :new", None, None),
        ("REMOVE rings[1]", {"rings": [9]}, {"rings": [1]}),
        ("REMOVE rings[1], rings[5]", {"rings": [9]}, {"rings": [1]}),
    ],
)
def test_updated_values_are_the_parts_that_the_update_names(text: str, old: Any, new: Any) -> None:
    assert (returned("UPDATED_OLD", text), returned("UPDATED_NEW", text)) == (old, new)


def test_all_values_are_the_whole_item() -> None:
    item = {"grove": "oak", "tree": "a", "crown": 2, "rings": [3, 9, 1], "lot": {"city": 5, "rings": [3, 9, 1]}}
    assert returned("ALL_OLD", "SET crown = :new") == item
    assert returned("ALL_NEW", "SET crown = :new") == {**item, "crown": 7}
    assert returned("NONE", "SET crown = :new") is None


@pytest.mark.parametrize(
    ("asked", "attributes"),
    [
        ("ALL_OLD", None),
        ("UPDATED_OLD", None),
        ("UPDATED_NEW", {"crown": 7}),
        ("ALL_NEW", {"grove": "oak", "tree": "a", "crown": 7}),
    ],
)
def test_an_update_that_creates_an_item_has_no_old_values(asked: str, attributes: Any) -> None:
    assert returned(asked, "SET crown = :new", stored=False) == attributes
