"""What is asked of keys and cannot be: every refusal says which field, and what to give instead."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import frozen

from dynamo_document_builder import (
    Entity,
    IndexKeys,
    Query,
    Scan,
    Table,
    UsageError,
    attr,
    begins_with,
    between,
    computed,
    equals,
    greater_than,
    less_than,
    ref,
)


@frozen
class Task:
    team: str
    number: int
    title: str = ""
    due: str | None = None
    status: str = "open"


table = Table(
    "tasks",
    global_secondary_indexes={
        "by_due": {"partition_key": "G1", "sort_key": "G1S"},
        "by_title": {"partition_key": "G2", "sort_key": "G2S"},
        "by_number": {"partition_key": "G3", "sort_key": "number"},
    },
)
tasks = Entity(
    Task,
    table,
    partition_key="TEAM#{team}",
    sort_key="TASK#{number:06d}#{title}",
    global_secondary_indexes={
        "by_due": IndexKeys(partition_key="DUE#{due}", sort_key="{due}", when={"status": "open"}),
        "by_title": {
            "partition_key": "{title}",
            "sort_key": computed(lambda t: f"{t.team}|{t.status}".title(), reads=["team", "status"]),
        },
        "by_number": {"partition_key": "{team}"},
    },
)
teams = Entity(Task, table, partition_key="TEAM#{team}", sort_key="META", name="Team")
people = Entity(Task, table, partition_key="PERSON#{title}", sort_key="META", name="Person")
flat = Entity(Task, Table("flat", sort_key=None), partition_key="{team}", name="Flat")
T1 = {"team": "t1"}


def of_index(name: str, given: Any, condition: Any = None) -> Any:
    return Query(index={name: given}, sort_key_condition=condition)


REFUSED: list[tuple[Any, str]] = [
    (Query({**T1, "number": None}), "number: expected int, found None"),
    (of_index("by_due", {"due": "x", "team": None}), "team: expected str, found None"),
    (Query({**T1, "status": "open"}), "'status' in key= cannot narrow the query: no part of this key is built from it"),
    (Query({**T1, "title": "x"}), "'title' cannot narrow the query: give 'number' first"),
    (
        Query({**T1, "number": 1, "title": "x"}, sort_key_condition="y"),
        "the given fields are the whole sort key already",
    ),
    (Query({**T1, "number": 1}, sort_key_condition="y"), "'number' in key= and sort_key_condition= both narrow"),
    (of_index("by_due", {"due": None}), "G1 would be None, and items without it are not in the index"),
    (of_index("by_due", {"due": "x", "status": "done"}), r"'status' in index= has a value whose items are not in the"),
    (of_index("by_title", {"title": "x", "team": "t"}), "G2S is built by a function whose prefix is not known"),
    (of_index("by_title", {"title": "x"}, begins_with({"team": "t"})), "G2S has no prefix that fields alone"),
    (of_index("by_title", {"title": "x"}, equals({"team": "t"})), "G2S is also built from 'status'"),
    (of_index("by_number", T1, begins_with("1")), "number"),
    (of_index("by_number", T1, begins_with({"number": 1})), "number is a number, which has no prefix: compare it"),
    (Query(T1, sort_key_condition=between("a", {"number": 1})), "between takes two values of SK, or fields for both"),
    (
        Query(T1, sort_key_condition=between({"number": 1}, {"number": 2, "title": "x"})),
        "between compares one field: give the same fields before it on both sides",
    ),
    (Query(T1, sort_key_condition=greater_than(ref("title"))), "SK is compared with values only"),
    (Query(T1, sort_key_condition=begins_with(attr("title"), "x")), "sort_key_condition= is about SK, not about"),
    (Query(T1, sort_key_condition=between("b", "a")), "a range whose low end is above its high end"),
    (Query(T1, sort_key_condition=5), "SK is text, not int"),
]


@pytest.mark.parametrize(("command", "text"), REFUSED)
def test_a_key_that_cannot_be_asked_for_is_refused(command: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        tasks.request(command)


def test_without_a_sort_key_there_is_no_condition_on_one() -> None:
    with pytest.raises(UsageError, match="there is no sort key"):
        flat.request(Query(T1, sort_key_condition="x"))


def condition_of(payload: dict[str, Any]) -> tuple[str, list[Any]]:
    values = [next(iter(value.values())) for value in payload["ExpressionAttributeValues"].values()]
    return payload["KeyConditionExpression"].partition(" AND ")[2], values[1:]


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        (between({"number": 1}, {"number": 3}), ("#1 BETWEEN :1 AND :2", ["1", "3"])),
        (less_than({"number": 3}), ("#1 < :1", ["3"])),
        (greater_than(2), ("#1 > :1", ["2"])),
    ],
)
def test_a_number_is_compared_as_one(condition: Any, asked: Any) -> None:
    assert condition_of(tasks.request(of_index("by_number", T1, condition)).payload) == asked


def test_a_key_without_a_literal_in_front_has_an_open_end() -> None:
    query = of_index("by_due", {"due": "2026", "status": "open"}, less_than({"due": "2026-03"}))
    assert condition_of(tasks.request(query).payload) == ("#1 < :1", ["2026-03"])


GROUPS: list[tuple[Any, str]] = [
    (Query(T1, entities=tasks | people), ""),
    (Query({"nothing": 1}, entities=tasks | people), "no entity in entities= can build a key from these fields"),
    (
        Query({"team": "t", "title": "x"}, entities=teams | people),
        "no entity in entities= can build a key from these fields",
    ),
    (Query({"PK": "x"}, entities=tasks | teams, sort_key_condition=begins_with("TASK#")), ""),
    (
        Query({"team": 5}, entities=tasks | teams),
        r"no entity .* build a key from these fields \(Task: team: expected str, found int",
    ),
    (Query(index={"by_due": {"due": "x"}}, entities=tasks | teams), ""),
    (Query(index={"nowhere": {"due": "x"}}, entities=tasks | teams), "none of Task | Team has an index 'nowhere'"),
    (Scan(entities=tasks | people, index_name="by_title"), ""),
]


@pytest.mark.parametrize(("command", "text"), GROUPS)
def test_a_key_of_several_entities_is_one_that_all_who_know_it_make(command: Any, text: str) -> None:
    if not text:
        assert table.request(command).payload["TableName"] == "tasks"
        return
    with pytest.raises(UsageError, match=text):
        table.request(command)


def test_entities_that_make_different_keys_of_one_field_are_refused() -> None:
    others = Entity(Task, table, partition_key="OTHER#{team}", sort_key="META", name="Other")
    with pytest.raises(
        UsageError, match="Task, Other build different keys from these fields: pass the key attribute of the table"
    ):
        table.request(Query(T1, entities=tasks | others))


def test_entities_whose_keys_are_alike_cannot_be_told_apart() -> None:
    twins = Entity(Task, table, partition_key="TEAM#{title}", sort_key="META", name="Twin")
    with pytest.raises(UsageError, match="Team and Twin can both build the key"):
        table.request(Scan(entities=teams | twins))


def test_a_group_without_a_sort_key_has_no_condition_on_one() -> None:
    with pytest.raises(UsageError, match="sort_key_condition= cannot be used here: there is no sort key"):
        flat.table.request(Query(T1, entities=[flat], sort_key_condition="x"))
