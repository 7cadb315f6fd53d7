"""What stands for an attribute while an expression is written, and what it refuses to be."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from dynamo_document_builder import UsageError, add, attr, equals, if_not_exists, not_, ref, set_, size
from dynamo_document_builder.expressions.builders.operands import node_of
from tests.unit.expressions.spelled import spelled, spelled_update
from tests.unit.things import pages

VIEWS = attr("views")


@pytest.mark.parametrize(
    "use",
    [
        bool,
        lambda a: a or 1,
        lambda a: not a,
        list,
        tuple,
        lambda a: 1 in a,
        lambda a: f"{a}",
        str,
        lambda a: f"{a:>10}",
        lambda a: a(),
        lambda a: a.startswith("x"),
        lambda a: a * 2,
        lambda a: 2 * a,
        lambda a: a / 2,
        lambda a: -a,
        abs,
        lambda a: a % 2,
        lambda a: a**2,
        int,
        len,
        float,
    ],
)
def test_an_attribute_has_no_value_until_dynamodb_reads_it(use: Any) -> None:
    with pytest.raises((TypeError, AttributeError)):
        use(VIEWS)


@pytest.mark.parametrize("use", [bool, list, str, lambda p: p.title.startswith("x"), lambda p: p.title.upper() == "X"])
def test_the_item_of_a_static_condition_has_no_value_either(use: Any) -> None:
    with pytest.raises(TypeError):
        pages.where(lambda p: use(p.title) if use in {bool, list, str} else use(p))


def test_comparisons_turn_around() -> None:
    assert (1 < VIEWS) == (VIEWS > 1)  # noqa: SIM300
    assert (1 == VIEWS) == (VIEWS == 1)  # noqa: SIM300
    assert spelled(VIEWS <= 1) == 'views <= {"N":"1"}'


def test_an_operand_is_combined_as_a_condition_on_its_truth() -> None:
    draft = attr("draft")
    assert spelled(draft & (VIEWS > 1)) == 'draft = {"BOOL":true} AND views > {"N":"1"}'
    assert spelled((VIEWS > 1) & draft) == 'views > {"N":"1"} AND draft = {"BOOL":true}'
    assert spelled(~draft) == 'NOT (draft = {"BOOL":true})'
    assert spelled(draft | draft) == 'draft = {"BOOL":true} OR draft = {"BOOL":true}'
    assert spelled([draft, not_(draft)]) == 'draft = {"BOOL":true} AND NOT (draft = {"BOOL":true})'


def test_a_bare_attribute_that_is_no_bool_is_refused() -> None:
    with pytest.raises(UsageError, match="views: expected int, found bool"):
        spelled(pages.where(lambda p: p.views))  # type: ignore[arg-type, return-value]


def test_static_fields_are_checked_when_they_are_rendered() -> None:
    with pytest.raises(UsageError, match="did you mean 'views'"):
        spelled(pages.where(lambda p: p.veiws > 1))  # type: ignore[attr-defined]


def test_a_static_condition_gives_a_condition() -> None:
    for wrong in (lambda _: True, lambda _: None, lambda _: "x", lambda p: (p.views > 1) and (p.views < 5)):
        with pytest.raises((UsageError, TypeError)):
            pages.where(wrong)  # type: ignore[arg-type]


def test_a_static_condition_of_the_item_itself_is_refused() -> None:
    with pytest.raises(UsageError):
        spelled(pages.where(lambda p: p))  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(
    ("updates", "text"),
    [
        ({"views": VIEWS + 1}, 'SET views = views + {"N":"1"}'),
        ({"views": 1 + VIEWS}, 'SET views = {"N":"1"} + views'),
        ({"views": VIEWS - attr("counters", "x")}, "SET views = views - counters.x"),
        ({"views": 10 - VIEWS}, 'SET views = {"N":"10"} - views'),
        ({"views": ref("counters.x", 0) + 1}, 'SET views = if_not_exists(counters.x, {"N":"0"}) + {"N":"1"}'),
        ({"views": if_not_exists(VIEWS, 0) + 1}, 'SET views = if_not_exists(views, {"N":"0"}) + {"N":"1"}'),
    ],
)
def test_arithmetic_is_a_value_of_an_update(updates: Any, text: str) -> None:
    assert spelled_update(updates).startswith(text)


def test_arithmetic_is_no_value_of_a_condition() -> None:
    with pytest.raises(UsageError):
        spelled({"views": equals(VIEWS + 1)})
    with pytest.raises(UsageError):
        spelled(VIEWS + 1 > 2)


def test_a_size_is_no_value_of_an_update() -> None:
    with pytest.raises(UsageError, match=r"size\(\) is for conditions"):
        spelled_update({"views": size(attr("words"))})


def test_one_sign_per_assignment() -> None:
    with pytest.raises(UsageError, match="more than one"):
        spelled_update({"views": VIEWS + 1 + 2})


@pytest.mark.parametrize("copied", [lambda a: pickle.loads(pickle.dumps(a)), copy.copy, copy.deepcopy])  # noqa: S301
def test_operands_copy(copied: Any) -> None:
    for operand in (VIEWS, ref("views"), ref("views", 0), attr("a", 0)):
        assert node_of(copied(operand)) == node_of(operand)
        assert type(copied(operand)) is type(operand)


def test_operands_name_themselves_to_people() -> None:
    assert "views" in repr(VIEWS)
    assert set_(VIEWS, 1) == pages.changes(lambda p: [set_(p.views, 1)])[0]


def test_what_a_change_is_about_is_an_attribute() -> None:
    with pytest.raises(UsageError, match=r"the first of two arguments of add\(\) is an attribute"):
        add("views", 1)  # type: ignore[call-overload]
