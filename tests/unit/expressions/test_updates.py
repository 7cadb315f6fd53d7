"""Updates: one change per path, in the clauses DynamoDB has."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any

import pytest

from dynamo_document_builder import (
    UsageError,
    add,
    add_to_set,
    append,
    attr,
    exists,
    if_not_exists,
    increment,
    prepend,
    ref,
    remove,
    remove_from_set,
    set_,
    subtract,
)
from tests.unit.expressions.spelled import spelled_update, update_of
from tests.unit.things import Address, pages

N1, SA = '{"N":"1"}', '{"S":"a"}'


@pytest.mark.parametrize(
    ("filed", "static", "text"),
    [
        ({"title": "a"}, lambda p: [set_(p.title, "a")], f"SET title = {SA}"),
        ({"title": set_("a")}, lambda p: [set_(p.title, "a")], f"SET title = {SA}"),
        ({"address.city": "a"}, lambda p: [set_(p.address.city, "a")], f"SET address.city = {SA}"),
        ({"words[0]": "a"}, lambda p: [set_(p.words[0], "a")], f"SET words[0] = {SA}"),
        ({"matrix[0][1]": 1}, lambda p: [set_(p.matrix[0][1], 1)], f"SET matrix[0][1] = {N1}"),
        (
            {"title": if_not_exists("a")},
            lambda p: [set_(p.title, if_not_exists(p.title, "a"))],
            f"SET title = if_not_exists(title, {SA})",
        ),
        ({"title": ref("status")}, lambda p: [set_(p.title, p.status)], "SET title = status"),
        (
            {"title": ref("status", "a")},
            lambda p: [set_(p.title, if_not_exists(p.status, "a"))],
            f"SET title = if_not_exists(status, {SA})",
        ),
        ({"views": add(1)}, lambda p: [add(p.views, 1)], f"SET views = views + {N1}"),
        ({"views": subtract(1)}, lambda p: [subtract(p.views, 1)], f"SET views = views - {N1}"),
        (
            {"views": add(ref("counters.x"))},
            lambda p: [add(p.views, p.counters["x"])],
            "SET views = views + counters.x",
        ),
        (
            {"views": add(ref("counters.x", 1))},
            lambda p: [add(p.views, if_not_exists(p.counters["x"], 1))],
            f"SET views = views + if_not_exists(counters.x, {N1})",
        ),
        ({"views": increment(1)}, lambda p: [increment(p.views, 1)], f"ADD views {N1}"),
        ({"counters.x": increment(1)}, lambda p: [increment(p.counters["x"], 1)], f"ADD counters.x {N1}"),
        (
            {"words": append(["a"])},
            lambda p: [append(p.words, ["a"])],
            f'SET words = list_append(if_not_exists(words, {{"L":[]}}), {{"L":[{SA}]}})',
        ),
        (
            {"words": prepend(["a"])},
            lambda p: [prepend(p.words, ["a"])],
            f'SET words = list_append({{"L":[{SA}]}}, if_not_exists(words, {{"L":[]}}))',
        ),
        (
            {"words": append(ref("extra.w", ["a"]))},
            lambda p: [append(p.words, if_not_exists(p.extra["w"], ["a"]))],
            f'SET words = list_append(if_not_exists(words, {{"L":[]}}), if_not_exists(extra.w, {{"L":[{SA}]}}))',
        ),
        (
            {"tags": add_to_set({"b", "a"})},
            lambda p: [add_to_set(p.tags, frozenset({"a", "b"}))],
            'ADD tags {"SS":["a","b"]}',
        ),
        ({"tags": add_to_set("a")}, lambda p: [add_to_set(p.tags, frozenset({"a"}))], 'ADD tags {"SS":["a"]}'),
        (
            {"tags": remove_from_set({"a"})},
            lambda p: [remove_from_set(p.tags, frozenset({"a"}))],
            'DELETE tags {"SS":["a"]}',
        ),
        ({"title": remove()}, lambda p: [remove(p.title)], "REMOVE title"),
        ({"words[0]": remove()}, lambda p: [remove(p.words[0])], "REMOVE words[0]"),
        ({"status": None}, lambda p: [set_(p.status, None)], "REMOVE status"),
        ({"tags": set()}, lambda p: [set_(p.tags, frozenset())], "REMOVE tags"),
        ({"nothing": None}, lambda p: [set_(p.nothing, None)], 'SET nothing = {"NULL":true}'),
        ({"first": "a"}, lambda p: [set_(p.first, "a")], f"SET first-name = {SA}"),
        ({attr("extra", "a.b"): 1}, lambda p: [set_(p.extra["a.b"], 1)], f"SET extra.a.b = {N1}"),
        (
            {"extra": {"type": "home"}},
            lambda p: [set_(p.extra, {"type": "home"})],
            'SET extra = {"M":{"type":{"S":"home"}}}',
        ),
        (
            {"address": Address("a")},
            lambda p: [set_(p.address, Address("a"))],
            f'SET address = {{"M":{{"city":{SA},"type":{{"S":"home"}},"lines":{{"L":[]}}}}}}',
        ),
        ({"price": add(Decimal("1.50"))}, lambda p: [add(p.price, Decimal("1.50"))], 'SET price = price + {"N":"1.5"}'),
    ],
)
def test_the_two_forms_are_one_update(filed: Any, static: Any, text: str) -> None:
    assert spelled_update(filed) == text
    assert spelled_update(pages.changes(static)) == text


def test_each_clause_is_there_once_in_order() -> None:
    updates = {
        "tags": remove_from_set({"x"}),
        "views": increment(1),
        "title": remove(),
        "status": "a",
        "first": "b",
        "sizes": add_to_set({1}),
        "words[1]": remove(),
    }
    assert spelled_update(updates) == (
        'SET status = {"S":"a"}, first-name = {"S":"b"} REMOVE title, words[1] '
        'ADD views {"N":"1"}, sizes {"NS":["1"]} DELETE tags {"SS":["x"]}'
    )


def test_names_and_values_are_shared_with_the_condition() -> None:
    assert update_of({"views": add(1)}, condition={"views": 1, "title": "1"}) == {
        "UpdateExpression": "SET #0 = #0 + :0",
        "ConditionExpression": "#0 = :0 AND #1 = :1",
        "ExpressionAttributeNames": {"#0": "views", "#1": "title"},
        "ExpressionAttributeValues": {":0": {"N": "1"}, ":1": {"S": "1"}},
    }


def test_a_removal_alone_has_no_values() -> None:
    assert update_of({"title": remove()}) == {
        "UpdateExpression": "REMOVE #0",
        "ExpressionAttributeNames": {"#0": "title"},
    }


@pytest.mark.parametrize(
    ("updates", "text"),
    [
        ({"address": Address("a"), "address.city": "b"}, "'address' and its part 'address.city' are both changed"),
        ({"address.city": "b", "address": remove()}, "'address' and its part 'address.city' are both changed"),
        ({"words": ["a"], "words[0]": "b"}, r"'words' and its part 'words\[0\]'"),
        ({"words[1]": "a", "words[10]": "b", "words": remove()}, "are both changed"),
        ({"extra": {}, "extra.a": 1, "extra.a.b": 2}, "are both changed"),
        ([set_(attr("title"), "a"), remove(attr("title"))], "'title' is changed twice"),
        ([set_(attr("counters", "x"), 1), increment(attr("counters", "x"), 1)], r"'counters.x' is changed twice"),
    ],
)
def test_overlapping_paths_are_refused(updates: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        update_of(updates)


@pytest.mark.parametrize(
    "updates",
    [
        {"words[1]": "a", "words[10]": "b"},
        {"counters.a": 1, "counters.ab": 2},
        {"extra.a": 1, "extra.b": 2},
        {attr("extra", "a.b"): 1, "extra.a": 2},
        {attr("extra", "0"): 1, attr("extra", "00"): 1},
        {"matrix[0][1]": 1, "matrix[1][0]": 1},
    ],
)
def test_paths_beside_each_other_do_not_overlap(updates: Any) -> None:
    assert update_of(updates)


def test_overlaps_are_found_among_many_paths() -> None:
    updates: dict[Any, Any] = {f"extra.a{n}": n for n in range(20)}
    updates |= {attr("extra", "a1", "x"): 1, attr("extra", "a1", "x", "y"): 1, attr("anything", 0): 1}
    with pytest.raises(UsageError) as caught:
        update_of(updates)
    assert any("extra.a1" in problem.text for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("updates", "text"),
    [
        ({"views": "1"}, "views: expected int, found str"),
        ({"views": True}, "views: expected int, found bool"),
        ({"views": None}, "views: expected int, found None"),
        ({"title": None}, "title: expected str, found None"),
        ({"words[0]": None}, "expected str, found None"),
        ({"words": "abc"}, "words: expected list"),
        ({"words": ["a", 1]}, r"words\[1\]: expected str, found int"),
        ({"words": append("abc")}, "words: expected list"),
        ({"words": append([1])}, "expected str, found int"),
        ({"views": append([1])}, "append and prepend take a list field; add\\(\\), subtract\\(\\) and increment"),
        ({"title": add(1)}, "arithmetic takes a number field"),
        ({"title": increment(1)}, "increment takes a number field"),
        ({"views": add("1")}, "views: expected int, found str"),
        ({"views": add(1.5)}, "views: expected int, found float"),
        ({"views": increment(True)}, "views: expected int, found bool"),
        ({"words": add_to_set({"a"})}, r"add_to_set and remove_from_set take a set field; append\(\)"),
        ({"words": add(1)}, r"append\(\) and prepend\(\) add elements to a list"),
        ({"tags": append(["a"])}, r"add_to_set\(\) and remove_from_set\(\) change a set"),
        ({"tags": add_to_set(set())}, "has no elements to add or remove"),
        ({"tags": add_to_set([])}, "has no elements to add or remove"),
        ({"tags": remove_from_set({1})}, "tags: expected .*str.*int"),
        ({"tags": add_to_set(None)}, "tags: expected .*str.*None"),
        ({"views": ref("title")}, "stored as another type"),
        ({"views": ref("veiws")}, "did you mean 'views'"),
        ({"nope": 1}, "Page has no field 'nope'"),
        ({"address.nope": 1}, "Address has no field 'nope'"),
        ({"address": {"city": "a"}}, "address: expected Address, found dict"),
        ({"title": exists()}, "title"),
        ({"title": remove}, r"did you mean remove\(\)"),
        ({"anything": float("inf")}, "anything"),
        ({"anything": 10**126}, "anything"),
        ({"published": "2026"}, "published: expected"),
        ({"page_id": "p2"}, "'page_id' is part of the key and cannot be updated"),
        ({"page_id": remove()}, "'page_id' is part of the key and cannot be updated"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(updates: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        update_of(updates)


@pytest.mark.parametrize("build", [lambda: add_to_set(ref("tags")), lambda: remove_from_set(attr("tags"))])
def test_a_set_takes_given_elements_only(build: Any) -> None:
    with pytest.raises(UsageError, match="give the elements"):
        build()


def test_a_change_filed_under_another_name_is_refused() -> None:
    with pytest.raises(UsageError, match=r"use .status. as the key"):
        update_of({"title": set_(attr("status"), "a")})


def test_a_long_expression_is_refused_with_its_size() -> None:
    with pytest.raises(UsageError, match=r"UpdateExpression has .* bytes; DynamoDB allows 4096"):
        update_of({f"extra.name{n}": n for n in range(400)})


def test_updates_pickle() -> None:
    changes = pages.changes(
        lambda p: [set_(p.title, "a"), append(p.words, ["b"]), add_to_set(p.tags, frozenset({"c"}))]
    )
    assert pickle.loads(pickle.dumps(changes)) == changes  # noqa: S301
    assert hash(changes[0]) == hash(set_(attr("title"), "a"))


def test_changing_a_value_afterwards_changes_nothing() -> None:
    extra = {"a": 1}
    changes = pages.changes(lambda p: [set_(p.extra, extra)])
    before = update_of(changes)
    extra["a"] = 2
    assert update_of(changes) == before
