"""Keys of indexes: what each attribute is built from, which items are in, and what cannot be an index key."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from attrs import frozen

from dynamo_document_builder import (
    DefinitionError,
    Entity,
    IndexKeys,
    Put,
    Query,
    Table,
    Update,
    UsageError,
    computed,
    index_key,
    item_exists,
    key,
    remove,
)

INDEXES: dict[str, Any] = {
    "one": {"partition_key": "A", "sort_key": "B"},
    "two": {"partition_key": "A", "sort_key": "C"},
    "own": {"partition_key": "team", "sort_key": "rank"},
}
table = Table("jobs", global_secondary_indexes=INDEXES, local_secondary_indexes={"local": {"sort_key": "L"}})


@frozen
class Job:
    job_id: str
    team: str | None = None
    rank: int | None = None
    status: str = "open"
    due: date | None = None
    at: datetime = datetime(2026, 1, 2, tzinfo=UTC)


def jobs(local: Any = None, **indexes: Any) -> Entity[Job]:
    return Entity(
        Job,
        table,
        partition_key="JOB#{job_id}",
        sort_key="META",
        global_secondary_indexes=indexes,
        local_secondary_indexes={} if local is None else {"local": local},
    )


def written(entity: Entity[Job], job: Job) -> dict[str, str]:
    item = entity.request(Put(job)).payload["Item"]
    return {name: next(iter(item[name].values())) for name in sorted({*"ABCL"} & item.keys())}


BOTH = {"one": {"partition_key": "T#{team}", "sort_key": "{due}"}}


@pytest.mark.parametrize(
    ("job", "keys"),
    [
        (Job("j1", "red", due=date(2026, 1, 2)), {"A": "T#red", "B": "2026-01-02"}),
        (Job("j1", "red"), {"A": "T#red"}),
        (Job("j1", due=date(2026, 1, 2)), {"B": "2026-01-02"}),
        (Job("j1"), {}),
    ],
)
def test_a_field_that_is_none_leaves_out_the_attributes_it_is_in_and_no_others(job: Job, keys: dict[str, str]) -> None:
    assert written(jobs(**BOTH), job) == keys


WHEN: IndexKeys[Job] = IndexKeys(partition_key="OPEN", sort_key="{job_id}", when={"status": "open", "rank": None})


@pytest.mark.parametrize(
    ("job", "keys"),
    [
        (Job("j1"), {"A": "OPEN", "B": "j1"}),
        (Job("j1", status="paid"), {}),
        (Job("j1", rank=5), {}),
        (Job("j1", status="paid", rank=5), {}),
    ],
)
def test_items_are_in_while_all_of_when_holds(job: Job, keys: dict[str, str]) -> None:
    assert written(jobs(one=WHEN), job) == keys


def test_a_query_of_items_that_when_keeps_out_is_refused() -> None:
    entity = jobs(one=WHEN)
    condition = entity.request(Query(index={"one": {"status": "open"}})).payload
    assert condition["ExpressionAttributeValues"][":0"] == {"S": "OPEN"}
    with pytest.raises(UsageError, match="'status' in index= has a value whose items are not in the index"):
        entity.request(Query(index={"one": {"status": "paid"}}))


@pytest.mark.parametrize(
    ("source", "job", "keys"),
    [
        (lambda j: key("T", j.status), Job("j1"), {"A": "T#open"}),
        (lambda j: index_key("T", j.team), Job("j1"), {}),
        (lambda j: j.status if j.rank else None, Job("j1", rank=3), {"A": "open"}),
        (computed(lambda j: j.status[:1], reads=["status"]), Job("j1"), {"A": "o"}),
        (computed(lambda j: j.rank, reads=["rank"]), Job("j1", rank=3), {"A": "3"}),
        ("{rank:number}", Job("j1", rank=3), {"A": "3"}),
        ("{at:%Y-%m}", Job("j1"), {"A": "2026-01"}),
    ],
)
def test_any_source_can_build_an_attribute(source: Any, job: Job, keys: dict[str, str]) -> None:
    found = written(jobs(one={"partition_key": source, "sort_key": "X"}), job)
    assert {name: text for name, text in found.items() if name != "B"} == keys


def build(job: Job) -> str:
    return job.status.title()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("T#{team}", "T#{team}"),
        ("T#{team}", lambda j: index_key("T", j.team)),
        (build, build),
        (computed(build, reads=["status"]), computed(build, reads=["status"])),
    ],
)
def test_two_indexes_may_share_an_attribute_that_both_build_alike(one: Any, other: Any) -> None:
    entity = jobs(one={"partition_key": one, "sort_key": "{due}"}, two={"partition_key": other, "sort_key": "{status}"})
    assert [part.attribute for part in entity.__model__.plan.index_attributes if part.is_separate] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("one", "other", "more"),
    [
        ("T#{team}", "S#{team}", {}),
        ("T#{team}", build, {}),
        (build, lambda j: j.status.title(), {}),
        (computed(build, reads=["status"]), computed(build, reads=["status", "team"]), {}),
        ("T#{team}", "T#{team}", {"when": {"status": "open"}}),
    ],
)
def test_an_attribute_that_two_indexes_build_differently_is_refused(one: Any, other: Any, more: Any) -> None:
    with pytest.raises(DefinitionError, match="attribute 'A' is built in two ways, by index 'one' and by index 'two'"):
        jobs(
            one={"partition_key": one, "sort_key": "B"},
            two={"partition_key": other, "sort_key": "C", **more},
        )


@pytest.mark.parametrize(
    ("index", "text"),
    [
        ({"partition_key": "{nope}", "sort_key": "X"}, "one's partition_key=: key template .* {nope} is not a field"),
        ({"partition_key": "X"}, "no field stored as 'B': give one's sort_key= a template"),
        ({"partition_key": "X", "sort_key": "Y", "when": {}}, "when= is a mapping of fields"),
        ({"partition_key": "X", "sort_key": "Y", "when": {"state": 1}}, "when= names 'state', which is not a field"),
        ({"partition_key": "X", "sort_key": "Y", "when": {"status": 1}}, "when= gives status: expected str"),
        ({"partition_key": computed(build, reads=["state"]), "sort_key": "Y"}, "names 'state', which is not a field"),
        ({"partition_key": ["X", "Y"], "sort_key": "Y"}, "has 1 attributes in its partition_key"),
        ({"partition_key": 5, "sort_key": "Y"}, "is a template such as"),
    ],
)
def test_what_cannot_be_an_index_key_is_refused_where_it_is_defined(index: Any, text: str) -> None:
    with pytest.raises(DefinitionError, match=text):
        jobs(one=index)


def test_when_cannot_keep_items_out_of_an_index_of_fields() -> None:
    with pytest.raises(DefinitionError, match="when= cannot keep items out, since all attributes of its"):
        jobs(own={"when": {"status": "open"}})


def test_a_local_index_has_the_tables_partition() -> None:
    entity = jobs(local={"sort_key": "{status}|{job_id}"})
    assert written(entity, Job("j1")) == {"L": "open|j1"}
    payload = entity.request(Query(index={"local": {"job_id": "j1", "status": "open"}})).payload
    assert list(payload["ExpressionAttributeValues"].values()) == [{"S": "JOB#j1"}, {"S": "open|j1"}]


def test_it_is_told_what_each_attribute_was_found_to_be() -> None:
    entity = jobs(
        one={"partition_key": lambda j: key("T", j.status), "sort_key": build},
        two={"partition_key": "T#{status}", "sort_key": computed(build, reads=["status"])},
    )
    notes = [str(note) for note in entity.explain_keys()]
    assert notes[:3] == ["PK  template JOB#{job_id}", "SK  template META", "A  template T#{status}  (index one)"]
    assert notes[3].startswith("B  function: ")
    assert "C  computed from status  (index two)" in notes
    assert {note.attribute: note.reads for note in entity.explain_keys()}["C"] == frozenset({"status"})


@pytest.mark.parametrize(
    "source", ["T#{team}", lambda j: index_key("T", j.team), computed(lambda j: j.team, reads=["team"])]
)
def test_what_msgspec_leaves_unset_keeps_an_item_out_of_the_index(source: Any) -> None:
    class Loose(msgspec.Struct):
        id: str
        team: str | msgspec.UnsetType = msgspec.UNSET

    table = Table("app", global_secondary_indexes={"GSI": {"partition_key": "GPK"}})
    index = {"GSI": IndexKeys[Any](partition_key=source)}
    loose = Entity(Loose, table, partition_key="L#{id}", sort_key="M", global_secondary_indexes=index)
    assert "GPK" not in loose.request(Put(Loose("1"))).payload["Item"]
    gone = Update({"id": "1"}, updates={"team": remove()}, condition=item_exists())
    assert loose.request(gone).payload["UpdateExpression"] == "REMOVE #0, #1"


def test_an_update_that_creates_an_item_writes_the_default_of_a_field_that_is_a_key() -> None:
    @frozen
    class Score:
        player: str
        game: str = "chess"
        points: int = 0

    indexes: Any = {"by_game": {"partition_key": "game", "sort_key": "points"}}
    scores = Entity(Score, Table("table-s", partition_key="player", sort_key=None, global_secondary_indexes=indexes))
    assert scores.request(Update({"player": "p"}, updates={"points": 5})).payload["UpdateExpression"] == (
        "SET #0 = :0, #1 = if_not_exists(#1, :1)"
    )
    only = Update({"player": "p"}, updates={"points": 5}, condition=item_exists())
    assert scores.request(only).payload["UpdateExpression"] == "SET #0 = :0"
