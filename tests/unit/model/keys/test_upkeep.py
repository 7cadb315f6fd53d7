"""What an update does to each attribute of an index key, and what it says where it cannot be right."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    Entity,
    IndexKeys,
    Table,
    Update,
    UsageError,
    add,
    computed,
    item_exists,
    item_not_exists,
    remove,
    stored,
)
from tests.unit.kept import spelled


@frozen
class Job:
    job_id: str
    team: str = "t0"
    rank: int = 1
    done: bool = False
    due: str | None = None
    place: str | None = field(default=None, metadata=stored(alias="where"))


ONE = Table("jobs", global_secondary_indexes={"GSI": {"partition_key": "K"}})
J1 = {"job_id": "j1"}
EXISTING = item_exists()


def jobs(source: Any, when: Any = None, table: Table = ONE, **key: Any) -> Entity[Job]:
    index = {"GSI": IndexKeys(partition_key=source, when=when)}
    key = key or {"partition_key": "JOB#{job_id}", "sort_key": "META"}
    return Entity(Job, table, **key, global_secondary_indexes=index)


def said(entity: Entity[Job], updates: Any, given: Any = J1, condition: Any = EXISTING) -> tuple[str, str]:
    """Return what an update does to the index key, and its condition."""
    payload = entity.request(Update(given, updates=updates, condition=condition)).payload
    text = spelled(payload, "UpdateExpression")
    attribute = [part for part in text.replace("REMOVE ", "REMOVE, ").split(", ") if part.split()[0] in {"K", "SET"}]
    found = [part.removeprefix("SET ") for part in attribute if part.removeprefix("SET ").split()[0] == "K"]
    [what] = found or [""]
    return what.split(" REMOVE")[0], spelled(payload, "ConditionExpression") if condition is not None else ""


@pytest.mark.parametrize(
    ("source", "updates", "what"),
    [
        ("T#{team}", {"team": "t1"}, "K = T#t1"),
        ("T#{team}", {"rank": 2}, ""),
        ("T#{team}", {"team": remove()}, "K = T#t0"),
        ("D#{due}", {"due": remove()}, "K"),
        ("D#{due}", {"due": None}, "K"),
        ("W#{place}", {"place": "here"}, "K = W#here"),
        ("{team}#{rank:02d}", {"team": "t1", "rank": 2}, "K = t1#02"),
        (lambda j: j.team.title(), {"team": "big one"}, "K = Big One"),
        (lambda j: None if j.done else "OPEN", {"done": True}, "K"),
        (computed(lambda j: f"{j.rank % 2}", reads=["rank"]), {"rank": 3}, "K = 1"),
        (computed(lambda j: f"{j.rank % 2}", reads=["rank"]), {"team": "t1"}, ""),
        (computed(lambda j: j.team if j.done else None, reads=["team", "done"]), {"done": False}, "K"),
        ("J#{job_id}", {"team": "t1"}, ""),
        ("ALL", {"team": "t1"}, ""),
    ],
)
def test_an_attribute_follows_what_it_is_built_from(source: Any, updates: Any, what: str) -> None:
    assert said(jobs(source), updates) == (what, "attribute_exists(PK)")


@pytest.mark.parametrize(
    ("source", "updates", "text"),
    [
        ("{team}#{rank:02d}", {"team": "t1"}, "changing 'team' changes K, which also reads 'rank': give 'rank' in"),
        (
            lambda j: f"{j.team.title()}{j.rank}",
            {"team": "t1"},
            "changing 'team' changes K, which also reads 'rank'|declare computed(..., reads=[...])",
        ),
        ("{rank:02d}", {"rank": add(1)}, "K follows from 'rank', whose new value only DynamoDB would know: assign it"),
        ("T#{team}", {"team": "a#b"}, "K: 'team' contains '#'|'team' contains '#'"),
        ("T#{team}", {"team": ""}, "'team' is empty"),
        ("{team:rest}", {"team": "x" * 2049}, "K would have 2049 bytes; DynamoDB allows 2048"),
        ("T#{team}", {"K": "x"}, "'K' is a key attribute: update the fields that it is built from"),
        ("T#{team}", {"job_id": "x"}, "'job_id' is part of the key and cannot be updated: delete the item and put"),
    ],
)
def test_what_cannot_be_right_is_refused_with_the_way_out(source: Any, updates: Any, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        said(jobs(source), updates)
    assert any(one in str(caught.value) for one in text.split("|"))


GUARDED = "attribute_exists(PK) AND "


@pytest.mark.parametrize(
    ("source", "given", "updates", "what"),
    [
        ("{team}#{rank:02d}", {"rank": 5}, {"team": "t1"}, ("K = t1#05", f"{GUARDED}rank = 5")),
        ("{team}#{due}", {"due": None}, {"team": "t1"}, ("K", f"{GUARDED}attribute_not_exists(due)")),
        ("{team}#{place}", {"place": "x"}, {"team": "t1"}, ("K = t1#x", f"{GUARDED}where = x")),
        ("{team}#{rank:02d}", {"rank": 5}, {"done": True}, ("", "attribute_exists(PK)")),
        ("{team}#{rank:02d}", {"rank": 5}, {"team": "t1", "rank": 6}, ("K = t1#06", "attribute_exists(PK)")),
        (
            lambda j: j.due if j.team == "t1" else j.place,
            {"team": "t1"},
            {"due": "x"},
            ("K = x", f"{GUARDED}team = t1"),
        ),
        (lambda j: j.due if j.team == "t1" else None, {"team": "t2"}, {"due": "x"}, ("", f"{GUARDED}team = t2")),
    ],
)
def test_what_is_believed_is_checked(source: Any, given: Any, updates: Any, what: tuple[str, str]) -> None:
    assert said(jobs(source), updates, {**J1, **given}) == what


NOT_DONE = "(done = False OR attribute_not_exists(done))"
WHEN = {"done": False, "team": "t1"}


@pytest.mark.parametrize(
    ("given", "updates", "what"),
    [
        ({}, {"done": True}, ("K", "attribute_exists(PK)")),
        ({}, {"team": "t2"}, ("K", "attribute_exists(PK)")),
        ({}, {"team": "t1"}, None),
        ({"done": False}, {"team": "t2"}, ("K", "attribute_exists(PK)")),
        ({"done": False}, {"team": "t1"}, None),
        ({"done": False, "rank": 5}, {"team": "t1"}, ("K = R05", f"{GUARDED}{NOT_DONE} AND rank = 5")),
        ({"done": True}, {"team": "t1"}, ("", f"{GUARDED}done = True")),
        ({}, {"done": False, "team": "t1", "rank": 3}, ("K = R03", "attribute_exists(PK)")),
        ({"done": False}, {"rank": 3}, None),
        ({}, {"due": "x"}, ("", "attribute_exists(PK)")),
    ],
)
def test_when_decides_what_is_in_the_index(given: Any, updates: Any, what: tuple[str, str] | None) -> None:
    entity = jobs("R{rank:02d}", WHEN)
    if what is not None:
        assert said(entity, updates, {**J1, **given}) == what
        return
    with pytest.raises(UsageError, match="changes K, which also reads"):
        said(entity, updates, {**J1, **given})


@pytest.mark.parametrize("condition", [None, item_not_exists()])
@pytest.mark.parametrize(
    ("source", "updates"),
    [("T#{team}", {"rank": 2}), ("J#{job_id}", {"rank": 2}), ("ALL", {"rank": 2}), ("T#{team}", {"team": "t0"})],
)
def test_an_update_that_may_create_gives_the_item_its_keys(source: str, updates: Any, condition: Any) -> None:
    what, _ = said(jobs(source), updates, condition=condition)
    wanted = {"T#{team}": "T#t0", "J#{job_id}": "J#j1", "ALL": "ALL"}[source]
    is_begun = condition is None and source == "T#{team}" and "team" not in updates
    assert what == (f"K = if_not_exists(K, {wanted})".split(", ")[0] if is_begun else f"K = {wanted}")


def test_a_key_that_is_a_plain_field_gives_them_too() -> None:
    table = Table(
        "jobs", partition_key="job_id", sort_key=None, global_secondary_indexes={"GSI": {"partition_key": "K"}}
    )
    payload = jobs("BY#{job_id}", None, table, partition_key=None).request(Update(J1, updates={"rank": 2})).payload
    assert "K = BY#j1" in spelled(payload, "UpdateExpression")


@pytest.mark.parametrize(
    ("source", "updates", "text"),
    [
        (lambda j: None if j.done else "OPEN", {"rank": 2}, "a function decides whether an item has it"),
        ("{due}#{team}", {"due": "x"}, "which also reads 'team'|follows from 'team'"),
        (computed(lambda j: f"{j.rank}", reads=["rank"]), {"team": "x"}, "a function decides whether an item has it"),
    ],
)
def test_where_one_expression_cannot_be_right_for_old_and_new_items_it_is_refused(
    source: Any, updates: Any, text: str
) -> None:
    with pytest.raises(UsageError) as caught:
        said(jobs(source), updates, condition=None)
    assert any(one in str(caught.value) for one in text.split("|"))
    assert "item_exists()" in str(caught.value) or "give 'team' in updates=" in str(caught.value)


def test_no_message_shows_a_value() -> None:
    with pytest.raises(UsageError) as caught:
        said(jobs("T#{team}"), {"team": "s3cret#"})
    assert "s3cret" not in str(caught.value)


def test_a_function_that_changes_with_something_else_than_the_item_is_refused_in_an_update_too() -> None:
    region = ["eu"]
    entity = jobs(lambda j: f"{region[0]}#{j.team}")
    known = Update(J1, updates={"team": "t2"}, condition=EXISTING)
    entity.request(known)
    region[0] = "us"
    with pytest.raises(UsageError, match="builds another key than the template"):
        entity.request(known)
