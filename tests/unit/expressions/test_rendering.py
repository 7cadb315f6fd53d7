"""Placeholders: numbered, shared only by what is the same, none unused; one registry per operation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import (
    ConditionCheck,
    Delete,
    TransactWrite,
    and_,
    attr,
    begins_with,
    between,
    contains,
    exists,
    greater_than,
    is_in,
    item_exists,
    not_,
    not_equals,
    or_,
    size,
    type_is,
)
from tests.unit.expressions.spelled import condition_of, spelled
from tests.unit.things import pages


def test_equal_names_and_equal_values_are_sent_once() -> None:
    members = condition_of(
        [{"views": greater_than(1)}, {"views": not_equals(1)}, {"score": 1.0}, {"counters.views": 1}]
    )
    assert members == {
        "ConditionExpression": "#0 > :0 AND #0 <> :0 AND #1 = :0 AND #2.#0 = :0",
        "ExpressionAttributeNames": {"#0": "views", "#1": "score", "#2": "counters"},
        "ExpressionAttributeValues": {":0": {"N": "1"}},
    }


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ((1, 1.0, Decimal("1.00")), 1),
        ((1, True), 2),
        ((1, "1"), 2),
        ((0, False, None), 3),
        (("a", b"a"), 2),
        (("AA==", b"\x00"), 2),
        (({"a", "b"}, {"b", "a"}, frozenset({"a", "b"})), 1),
        ((["a"], {"a"}), 2),
        (([1], [1.0], [True]), 2),
        ((0, -0.0, Decimal("-0")), 1),
        (({}, []), 2),
    ],
)
def test_values_merge_only_if_type_and_wire_form_are_equal(values: Any, count: int) -> None:
    members = condition_of([{"anything": value} for value in values])
    assert len(members["ExpressionAttributeValues"]) == count


def test_placeholders_do_not_collide_beyond_ten() -> None:
    condition = and_(*({attr("extra", f"n{n}"): n} for n in range(120)))
    members = condition_of(condition)
    assert len(members["ExpressionAttributeNames"]) == 121
    assert members["ExpressionAttributeNames"]["#10"] == "n9"
    assert members["ExpressionAttributeNames"]["#1"] == "n0"
    assert members["ExpressionAttributeValues"][":119"] == {"N": "119"}


def test_two_operations_never_share_a_registry() -> None:
    command = TransactWrite(
        writes=[
            Delete({"page_id": "a"}, condition={"views": 1}),
            ConditionCheck({"page_id": "b"}, condition={"title": "x", "views": 2}),
        ]
    )
    one, other = (next(iter(item.values())) for item in pages.request(command).payload["TransactItems"])
    assert one["ExpressionAttributeNames"] == {"#0": "views"}
    assert one["ExpressionAttributeValues"] == {":0": {"N": "1"}}
    assert other["ExpressionAttributeNames"] == {"#0": "title", "#1": "views"}
    assert other["ExpressionAttributeValues"] == {":0": {"S": "x"}, ":1": {"N": "2"}}


@pytest.mark.parametrize("name", ["status", "a.b", "a-b", "#0", ":0", "😀", "a b", "[0]", '"', "\\", "\n", "é" * 100])
def test_a_name_is_sent_as_it_is(name: str) -> None:
    assert condition_of(exists(attr("extra", name))) == {
        "ConditionExpression": "attribute_exists(#0.#1)",
        "ExpressionAttributeNames": {"#0": "extra", "#1": name},
    }


names = st.text(min_size=1, max_size=8).filter(lambda name: name.isprintable())
leaves = st.one_of(
    st.builds(lambda name, value: attr("extra", name) == value, names, st.integers(-3, 3) | st.booleans() | names),
    st.builds(lambda name: exists(attr("extra", name)), names),
    st.builds(lambda name: begins_with(attr("extra", name), "x"), names),
    st.builds(lambda name: contains(attr("extra", name), 1), names),
    st.builds(lambda name: type_is(attr("extra", name), "S"), names),
    st.builds(lambda name: size(attr("extra", name)) > 1, names),
    st.builds(lambda name: between(attr("extra", name), 1, 2), names),
    st.builds(lambda name: is_in(attr("extra", name), 1, "1", True), names),
    st.just(item_exists()),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda parts: and_(*parts), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: or_(*parts), st.lists(inner, min_size=1, max_size=3)),
        st.builds(not_, inner),
    ),
    max_leaves=8,
)


@given(trees)
def test_no_tree_has_redundant_parentheses_or_unused_placeholders(tree: Any) -> None:
    text = spelled(tree)
    assert text
    assert condition_of(tree) == condition_of(tree)
