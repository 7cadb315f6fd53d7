"""The limits of DynamoDB on expressions and values: exactly what it takes passes, and one more is refused."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder import (
    BatchWrite,
    Condition,
    Put,
    TransactWrite,
    Update,
    UsageError,
    add,
    add_to_set,
    append,
    attr,
    begins_with,
    between,
    contains,
    exists,
    if_not_exists,
    is_in,
    item_exists,
    not_,
    or_,
    ref,
    set_,
    size,
    type_is,
)
from dynamo_document_builder.expressions.rendering.limits import operators_in
from dynamo_document_builder.wire.json.nesting import levels
from tests.unit.expressions.spelled import KEY, condition_of, update_of
from tests.unit.things import Page, pages


def nested(wraps: int, inner: Any = 1, *, in_map: bool = False) -> Any:
    for _ in range(wraps):
        inner = {"m": inner} if in_map else [inner]
    return inner


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ({"views": 1}, 1),
        ({"views": between(1, 2)}, 1),
        ({"views": is_in(1, 2, 3)}, 1),
        ({"words": size(between(1, 2))}, 2),
        (size(attr("words")) > size(attr("title")), 3),
        (begins_with(attr("title"), "IN AND OR NOT"), 1),
        (not_({"title": contains("BETWEEN")}), 2),
        ([{"views": 1}, {"views": 2}, {"views": 3}], 5),
        (or_([{"views": between(1, 2)}, not_([exists(attr("title")), type_is(attr("views"), "N")])]), 6),
        (item_exists(), 1),
    ],
)
def test_operators_are_counted_as_dynamodb_counts_them(condition: Any, count: int) -> None:
    assert operators_in("ConditionExpression", condition_of(condition)["ConditionExpression"]) == count


@pytest.mark.parametrize(
    ("updates", "count"),
    [
        ({"views": 1, "title": "a"}, 0),
        ({"views": add(1), "score": ref("price")}, 1),
        ({"views": attr("views") - 1, "title": if_not_exists("a")}, 2),
        ({"words": append(["a"]), "tags": add_to_set({"x"})}, 2),
    ],
)
def test_operators_of_an_update_are_counted_without_its_assignments(updates: Any, count: int) -> None:
    assert operators_in("UpdateExpression", update_of(updates)["UpdateExpression"]) == count


def of_operators(count: int) -> Condition:
    """Return a condition of so many operators: one more for NOT where the number is even."""
    condition = or_([{"views": 1}] * ((count + 1) // 2))
    return condition if count % 2 else not_(condition)


@pytest.mark.parametrize("count", [299, 300])
def test_three_hundred_operators_are_taken(count: int) -> None:
    text = condition_of(of_operators(count))["ConditionExpression"]
    assert operators_in("ConditionExpression", text) == count


@pytest.mark.parametrize("count", [301, 302])
def test_more_than_three_hundred_operators_are_refused(count: int) -> None:
    with pytest.raises(UsageError, match=f"has {count} operators and functions; DynamoDB allows 300"):
        condition_of(of_operators(count))


def test_operators_of_an_update_are_limited_too() -> None:
    def updates(count: int) -> dict[Any, Any]:
        return {attr("counters", f"n{n}"): ref("views") + 1 for n in range(count)}

    with pytest.raises(UsageError, match="UpdateExpression has 301 operators"):
        update_of(updates(301))
    assert "ExpressionAttributeNames" in update_of(updates(150))


@pytest.mark.parametrize("in_map", [False, True])
@pytest.mark.parametrize("wraps", [0, 1, 31])
def test_values_of_thirty_two_levels_are_taken(wraps: int, in_map: bool) -> None:
    value = nested(wraps, in_map=in_map)
    assert condition_of({"anything": value})
    assert update_of({"anything": value})
    assert pages.request(Put(Page("p1", anything=value)))
    if wraps:
        assert update_of({"extra.a": nested(wraps - 1, in_map=in_map)})


@pytest.mark.parametrize("in_map", [False, True])
@pytest.mark.parametrize("wraps", [32, 33, 200])
def test_values_of_more_levels_are_refused(wraps: int, in_map: bool) -> None:
    value = nested(wraps, in_map=in_map)
    page = Page("p1", anything=value)
    for send in (
        lambda: condition_of({"anything": value}),
        lambda: condition_of({"anything": contains(value)}),
        lambda: update_of({"anything": value}),
        lambda: update_of({"anything": if_not_exists(value)}),
        lambda: pages.request(Put(page)),
        lambda: pages.request(TransactWrite([Put(page)])),
        lambda: pages.request(BatchWrite(items=[page])),
    ):
        with pytest.raises(UsageError, match=r"nested \d+ levels deep; DynamoDB stores 32"):
            send()


def test_a_value_under_a_path_has_fewer_levels_left() -> None:
    with pytest.raises(UsageError, match="nested 33 levels deep"):
        update_of({"extra.a": nested(31)})
    with pytest.raises(UsageError, match="nested 33 levels deep"):
        update_of({"extra.a.b[0]": set_(nested(29))})


def test_an_empty_list_is_one_level_as_text_is() -> None:
    assert levels({"L": []}) == levels({"M": {}}) == levels({"S": ""}) == 1
    assert levels({"L": [{"M": {"a": {"L": []}}}]}) == 3
    assert condition_of({"anything": nested(31, [])})
    with pytest.raises(UsageError, match="nested 33 levels"):
        condition_of({"anything": nested(32, {})})


def test_values_too_deep_for_python_end_in_the_same_sentence() -> None:
    with pytest.raises(UsageError, match="nested too deep"):
        condition_of({"anything": nested(5000)})


def test_a_path_is_as_deep_as_values_are() -> None:
    names = [f"n{level}" for level in range(31)]
    assert condition_of(exists(attr("extra", *names)))
    with pytest.raises(UsageError, match="leads 33 levels deep; DynamoDB stores 32"):
        condition_of(exists(attr("extra", *names, "more")))


def test_an_index_of_a_list_is_within_what_dynamodb_takes() -> None:
    assert condition_of(exists(attr("words", 2**31 - 1)))
    with pytest.raises(UsageError, match="has the index 2147483648"):
        condition_of(exists(attr("words", 2**31)))
    with pytest.raises(UsageError, match="has the index 2147483648"):
        pages.request(Update(KEY, updates={"words[2147483648]": "x"}))


def test_a_name_is_within_what_dynamodb_takes() -> None:
    assert condition_of(exists(attr("extra", "n" * 65535)))
    for name in ("n" * 65536, "é" * 32768):
        with pytest.raises(UsageError, match="has 65536 bytes; DynamoDB allows 65535"):
            condition_of(exists(attr("extra", name)))


def test_names_and_values_are_within_two_megabytes() -> None:
    texts = ["x" * 20_000 + str(n) for n in range(100)]
    assert condition_of({"title": is_in(*texts)})
    with pytest.raises(UsageError, match=r"names and values have \d+ bytes together; DynamoDB allows 2097152"):
        condition_of({"title": is_in(*(text + "y" * 1000 for text in texts))})
    binary = [bytes(20_000) + bytes([n]) for n in range(100)]
    assert condition_of({"body": is_in(*binary)}), "base64 is longer than what it stands for"
