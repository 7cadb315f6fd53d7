"""Each function in its three forms: filed under a name, with an operand, and in `where`."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from dynamo_document_builder import (
    UsageError,
    attr,
    begins_with,
    between,
    contains,
    equals,
    exists,
    greater_than,
    greater_than_or_equal,
    is_in,
    less_than,
    less_than_or_equal,
    not_equals,
    not_exists,
    ref,
    size,
    type_is,
)
from tests.unit.expressions.spelled import spelled
from tests.unit.things import pages

N1, N2, SA = '{"N":"1"}', '{"N":"2"}', '{"S":"a"}'


@pytest.mark.parametrize(
    ("filed", "operand", "static", "text"),
    [
        ({"views": 1}, attr("views") == 1, lambda p: p.views == 1, f"views = {N1}"),
        ({"views": equals(1)}, equals(attr("views"), 1), lambda p: equals(p.views, 1), f"views = {N1}"),
        ({"views": not_equals(1)}, attr("views") != 1, lambda p: not_equals(p.views, 1), f"views <> {N1}"),
        ({"views": less_than(1)}, attr("views") < 1, lambda p: less_than(p.views, 1), f"views < {N1}"),
        (
            {"views": less_than_or_equal(1)},
            attr("views") <= 1,
            lambda p: less_than_or_equal(p.views, 1),
            f"views <= {N1}",
        ),
        ({"views": greater_than(1)}, attr("views") > 1, lambda p: greater_than(p.views, 1), f"views > {N1}"),
        ({"views": greater_than_or_equal(1)}, attr("views") >= 1, lambda p: p.views >= 1, f"views >= {N1}"),
        (
            {"views": between(1, 2)},
            between(attr("views"), 1, 2),
            lambda p: between(p.views, 1, 2),
            f"views BETWEEN {N1} AND {N2}",
        ),
        ({"views": is_in(1, 2)}, is_in(attr("views"), 1, 2), lambda p: is_in(p.views, 1, 2), f"views IN ({N1}, {N2})"),
        (
            {"title": begins_with("a")},
            begins_with(attr("title"), "a"),
            lambda p: begins_with(p.title, "a"),
            f"begins_with(title, {SA})",
        ),
        (
            {"title": contains("a")},
            contains(attr("title"), "a"),
            lambda p: contains(p.title, "a"),
            f"contains(title, {SA})",
        ),
        (
            {"tags": contains("a")},
            contains(attr("tags"), "a"),
            lambda p: contains(p.tags, "a"),
            f"contains(tags, {SA})",
        ),
        (
            {"words": contains("a")},
            contains(attr("words"), "a"),
            lambda p: contains(p.words, "a"),
            f"contains(words, {SA})",
        ),
        ({"title": exists()}, exists(attr("title")), lambda p: exists(p.title), "attribute_exists(title)"),
        (
            {"title": not_exists()},
            not_exists(attr("title")),
            lambda p: not_exists(p.title),
            "attribute_not_exists(title)",
        ),
        (
            {"title": type_is("S")},
            type_is(attr("title"), "S"),
            lambda p: type_is(p.title, "S"),
            'attribute_type(title, {"S":"S"})',
        ),
        ({"words": size(2)}, size(attr("words")) == 2, lambda p: size(p.words) == 2, f"size(words) = {N2}"),
        ({"words": size(greater_than(2))}, size(attr("words")) > 2, lambda p: size(p.words) > 2, f"size(words) > {N2}"),
        (
            {"words": size(between(1, 2))},
            between(size(attr("words")), 1, 2),
            lambda p: between(size(p.words), 1, 2),
            f"size(words) BETWEEN {N1} AND {N2}",
        ),
        (
            {"words": size(is_in(1, 2))},
            is_in(size(attr("words")), 1, 2),
            lambda p: is_in(size(p.words), 1, 2),
            f"size(words) IN ({N1}, {N2})",
        ),
        (
            {"address.city": "a"},
            attr("address", "city") == "a",
            lambda p: p.address.city == "a",
            f"address.city = {SA}",
        ),
        ({"words[0]": "a"}, attr("words", 0) == "a", lambda p: p.words[0] == "a", f"words[0] = {SA}"),
        ({"counters.x": 1}, attr("counters", "x") == 1, lambda p: p.counters["x"] == 1, f"counters.x = {N1}"),
        ({"draft": True}, attr("draft") == True, lambda p: p.draft, 'draft = {"BOOL":true}'),  # noqa: E712
    ],
)
def test_the_three_forms_are_one_condition(filed: Any, operand: Any, static: Any, text: str) -> None:
    assert spelled(filed) == text
    assert spelled(operand) == text
    assert spelled(pages.where(static)) == text
    assert operand == pages.where(static)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"views": equals(ref("counters.x"))}, "views = counters.x"),
        ({"views": less_than(attr("counters", "x"))}, "views < counters.x"),
        ({"views": between(ref("counters.a"), 2)}, f"views BETWEEN counters.a AND {N2}"),
        ({"views": is_in(ref("counters.a"), 2)}, f"views IN (counters.a, {N2})"),
        ({"views": greater_than(size(attr("words")))}, "views > size(words)"),
        ({"tags": contains(ref("title"))}, "contains(tags, title)"),
        (attr("views") == attr("counters", "x"), "views = counters.x"),
    ],
)
def test_another_attribute_is_a_value(condition: Any, text: str) -> None:
    assert spelled(condition) == text


def test_an_attribute_with_a_default_is_for_updates() -> None:
    with pytest.raises(UsageError, match="only in updates"):
        spelled({"views": equals(ref("counters.x", 0))})


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"price": Decimal("1.50")}, 'price = {"N":"1.5"}'),
        ({"score": 0.1}, 'score = {"N":"0.1"}'),
        ({"body": b"\x00\xff"}, 'body = {"B":"AP8="}'),
        ({"tags": {"b", "a"}}, 'tags = {"SS":["a","b"]}'),
        ({"sizes": {2, 1}}, 'sizes = {"NS":["1","2"]}'),
        ({"body": begins_with(b"\x00")}, 'begins_with(body, {"B":"AA=="})'),
        (
            {"published": greater_than(datetime(2026, 1, 2, tzinfo=UTC))},
            'published > {"S":"2026-01-02T00:00:00.000000Z"}',
        ),
        ({"published": begins_with("2026-01")}, 'begins_with(published, {"S":"2026-01"})'),
    ],
)
def test_values_go_through_the_codec_of_the_stored_item(condition: Any, text: str) -> None:
    assert spelled(condition) == text


@pytest.mark.parametrize(
    "build",
    [
        lambda: equals("title", "x"),
        lambda: exists("title"),
        lambda: begins_with("title", "x"),
        lambda: size("title"),
        lambda: between("views", 1, 2),
        lambda: contains("tags", "x"),
        lambda: type_is("title", "S"),
    ],
)
def test_a_name_given_as_text_for_an_operand_is_refused(build: Any) -> None:
    with pytest.raises(UsageError):
        spelled({"words": build()})


@pytest.mark.parametrize("build", [lambda: size(exists()), lambda: size(begins_with("x"))])
def test_a_size_is_compared_as_a_number(build: Any) -> None:
    with pytest.raises(UsageError, match=r"size\(\) takes|compared"):
        spelled({"words": build()})


@pytest.mark.parametrize(
    "build",
    [
        lambda: between(1),
        lambda: between(attr("views"), 1, 2, 3),
        lambda: exists(attr("views"), attr("title")),
        equals,
        lambda: equals(attr("views"), 1, 2),
    ],
)
def test_too_few_or_too_many_arguments_are_refused(build: Any) -> None:
    with pytest.raises((TypeError, ValueError, UsageError)):
        build()


def test_a_comparison_under_a_name_with_an_operand_of_its_own_is_refused() -> None:
    with pytest.raises(UsageError, match="already names an attribute"):
        spelled({"views": equals(attr("views"), 1)})
