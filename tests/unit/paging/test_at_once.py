"""A page in one pass, and item by item: both ways give the same, whatever lies in it."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import DocumentBuilderError, Entity, Query, Scan, Table
from dynamo_document_builder.paging import flow as pages
from dynamo_document_builder.testing import ScriptedTransport, answer
from tests.effort import examples
from tests.unit.paging.shelf import C1, Order, stored

OWN = [stored(number) for number in range(1, 4)]
UNUSUAL = [
    {"PK": {"S": "CUSTOMER#c1"}, "SK": {"S": "NOTE#1"}, "_type": {"S": "Note"}},
    stored(4, SK={"S": "ORDER#2026-02-01#o9"}),
    stored(5, customer_id={"S": "c2"}),
    stored(6, total={"S": "much"}),
    stored(7, total={"N": "1.5"}),
    stored(8, order_id={"NULL": True}),
]
LAST = {"LastEvaluatedKey": {"PK": {"S": "CUSTOMER#c1"}, "SK": {"S": "ORDER#x"}}}
OPTIONS = st.fixed_dictionaries(
    {
        "max_items": st.none() | st.integers(1, 5),
        "on_unfit": st.sampled_from(["raise", "skip", "collect"]),
        "skip_validation": st.booleans(),
        "return_consumed_capacity": st.sampled_from([None, "TOTAL"]),
    }
)


def outcome(command: Any, entity_attribute: str | None, answers: list[dict[str, Any]]) -> Any:
    """Return what was sent, and the result, or the text of the error and its cursor."""
    script = ScriptedTransport(*map(answer, answers))
    table = Table("shop", transport=script, entity_attribute=entity_attribute)
    entity = Entity(Order, table, partition_key="CUSTOMER#{customer_id}", sort_key="ORDER#{placed_on}#{order_id}")
    try:
        result: Any = entity.send(command)
    except DocumentBuilderError as error:
        result = type(error), str(error), getattr(error, "cursor", None)
    return [request.payload for request in script.requests], result


@given(
    st.sampled_from([Query(C1), Scan()]),
    OPTIONS,
    st.sampled_from([None, "_type"]),
    st.lists(st.lists(st.sampled_from([*OWN, *OWN, *UNUSUAL]), max_size=4), min_size=1, max_size=3),
)
@examples(100)
def test_both_ways_say_the_same(
    monkeypatch: pytest.MonkeyPatch, command: Any, options: Any, entity_attribute: str | None, found: list[Any]
) -> None:
    capacity = {"ConsumedCapacity": {"TableName": "shop", "CapacityUnits": 0.5}}
    answers = [{"Items": one, "ScannedCount": len(one), **capacity, **LAST} for one in found]
    del answers[-1]["LastEvaluatedKey"]
    asked = evolve(command, **options)
    quick = outcome(asked, entity_attribute, answers)
    with monkeypatch.context() as patch:
        patch.setattr(pages, "read_at_once", lambda *_: None)
        assert outcome(asked, entity_attribute, answers) == quick


@pytest.mark.parametrize("body", [{"Items": OWN}, {"Items": []}, {}, {"Items": OWN, **LAST}])
def test_a_usual_page_is_read_in_one_pass(monkeypatch: pytest.MonkeyPatch, body: Any) -> None:
    def never(*_: Any) -> Any:
        raise AssertionError("it was read item by item")

    monkeypatch.setattr(pages, "_keep", never)
    _, result = outcome(Query(C1), None, [body])
    assert result.count == len(body.get("Items", ()))
    assert (result.cursor is None) == ("LastEvaluatedKey" not in body)
