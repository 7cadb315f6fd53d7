"""After every update that is accepted, each key attribute is what the whole item builds."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from dynamo_document_builder import (
    ConditionFailedError,
    ServiceError,
    Table,
    Update,
    UsageError,
    add,
    item_exists,
    item_not_exists,
    remove,
)
from tests.effort import examples
from tests.properties.key_updates import INDEXES, Case, Job, Mode, Mood, cases, jobs_in, key_attributes, played

if TYPE_CHECKING:
    from tests.conftest import NewTable

PLAIN = Table("jobs", global_secondary_indexes=INDEXES)


@given(cases(PLAIN, st.sampled_from(["j1", "j2"])))
@examples(100)
def test_no_accepted_update_leaves_a_stale_key(case: Case) -> None:
    try:
        payload = case.entity.request(case.command).payload
    except UsageError as error:
        note(str(error))
        return
    after = played(payload, case.before)
    note(f"{case.entity.explain_keys()}\n{case.before}\n{payload}\n{after}")
    if after is not None:
        assert key_attributes(after) == case.wanted(after)


@pytest.mark.parametrize(
    ("updates", "more", "condition"),
    [
        ({"team": "t2"}, {}, item_exists()),
        ({"team": "t2"}, {}, None),
        ({"mail": remove()}, {}, item_exists()),
        ({"mood": Mood.DOWN}, {"due": "late"}, item_exists()),
        ({"place": "here"}, {}, item_not_exists()),
        ({"rank": add(2)}, {}, None),
    ],
)
def test_usual_updates_are_accepted(updates: Any, more: Any, condition: Any) -> None:
    """Without this, the test above could pass because nothing is ever accepted."""
    entity = jobs_in(PLAIN, (0, 5, 6, 0) if condition is None else (0, 1, 3, 20), (0, 0), 0)
    old = None if "place" in updates else Job("j1", due="late")
    mode: Mode = "update" if condition == item_exists() else "create" if "place" in updates else "upsert"
    case = Case(entity, mode, old, (), Update({"job_id": "j1", **more}, updates=updates, condition=condition))
    after = played(entity.request(case.command).payload, case.before)
    assert after is not None
    assert key_attributes(after) == case.wanted(after)


def test_an_engine_agrees(new_table: NewTable, client: Any) -> None:
    name = new_table(
        "jobs",
        global_secondary_indexes={
            index: tuple(filter(None, (keys["partition_key"], keys.get("sort_key")))) for index, keys in INDEXES.items()
        },
    )
    table = Table(name, client=client, global_secondary_indexes=INDEXES)
    numbers = count()

    @given(cases(table, st.builds(lambda: f"j{next(numbers)}")))
    @examples(15)
    def agrees(case: Case) -> None:
        key = {"PK": {"S": f"JOB#{_id_of(case)}"}, "SK": {"S": "META"}}
        client.delete_item(TableName=name, Key=key)
        if case.before is not None:
            client.put_item(TableName=name, Item=case.before)
        try:
            case.entity.send(case.command)
        except (UsageError, ConditionFailedError, ServiceError):  # such as an `add` to what is not stored
            return
        after = client.get_item(TableName=name, Key=key, ConsistentRead=True)["Item"]
        assert key_attributes(after) == case.wanted(after)
        for index, keys in INDEXES.items():
            found = client.scan(TableName=name, IndexName=index)["Items"]
            holds = all(attribute in after for attribute in keys.values())
            assert (key["PK"] in [item["PK"] for item in found]) == holds

    agrees()


def _id_of(case: Case) -> str:
    given: Any = case.command.key
    return str(given["job_id"] if not hasattr(given, "job_id") else given.job_id)
