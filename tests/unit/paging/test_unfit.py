"""Pages with items that do not fit: an error that says how to go on, or a page without them."""

from __future__ import annotations

import asyncio
import copy
import pickle
from datetime import date
from typing import Any, Literal

import pytest
from attrs import evolve, frozen

from dynamo_document_builder import Entity, Query, Scan, StoredItemError, Table, UnfitItem, UsageError
from dynamo_document_builder.testing import ScriptedTransport, answer
from tests.unit.paging.shelf import C1, Order, customers, numbers_of, orders, page, stored, table
from tests.unit.play import play

MUCH = {"total": {"S": "s3cret"}}
ADVICE = 'pass on_unfit="skip" or "collect" to read the other items'


def with_unfit(*numbers: int, unfit: tuple[int, ...] = (), more: bool = False) -> dict[str, Any]:
    """Return a page of orders of which some have a total that is text."""
    answered = page(*numbers, more=more)
    answered["Items"] = [stored(number, **(MUCH if number in unfit else {})) for number in numbers]
    return answered


def key_of(number: int) -> dict[str, Any]:
    return {name: stored(number)[name] for name in ("PK", "SK")}


def unfit_numbers(result: Any) -> list[int]:
    return [int(one.item["order_id"]["S"].removeprefix("o")) for one in result.unfit]


READS: list[Any] = [Query(C1), Scan()]
PLACES = [(1,), (2,), (3,), (1, 3), (1, 2, 3)]


def told(command: Any, on_unfit: str, **more: Any) -> Any:
    return evolve(command, on_unfit=on_unfit, **more)


@pytest.mark.parametrize("command", READS, ids=["query", "scan"])
@pytest.mark.parametrize("unfit", PLACES, ids=str)
def test_they_are_left_out_wherever_they_lie(command: Any, unfit: tuple[int, ...]) -> None:
    answered = with_unfit(1, 2, 3, unfit=unfit, more=True)
    fit = [number for number in (1, 2, 3) if number not in unfit]
    _, skipped = play(told(command, "skip").__flow__(orders.__model__), answered)
    assert (numbers_of(skipped.items), skipped.unfit, skipped.count) == (fit, (), len(fit))
    _, collected = play(told(command, "collect").__flow__(orders.__model__), answered)
    assert (numbers_of(collected.items), unfit_numbers(collected), collected.count) == (fit, [*unfit], 3)
    assert (
        skipped.cursor
        == collected.cursor
        == play(command.__flow__(orders.__model__), page(1, 2, 3, more=True))[1].cursor
    )
    assert skipped.scanned_count == 3


@pytest.mark.parametrize("command", READS, ids=["query", "scan"])
@pytest.mark.parametrize(("unfit", "after"), [(1, 1), (2, 2), (3, None)])
def test_an_error_has_the_cursor_after_its_item(command: Any, unfit: int, after: int | None) -> None:
    with pytest.raises(StoredItemError, match=f"{ADVICE}(?m:$)") as caught:
        play(command.__flow__(orders.__model__), with_unfit(1, 2, 3, unfit=(unfit,), more=True))
    [payload], _ = play(told(command, "raise", start=caught.value.cursor).__flow__(orders.__model__), page())
    wanted = page(1, 2, 3, more=True)["LastEvaluatedKey"] if after is None else key_of(after)
    assert payload["ExclusiveStartKey"] == wanted
    for same in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):  # noqa: S301  our own
        assert (str(same), same.cursor) == (str(caught.value), caught.value.cursor)


def test_an_error_of_the_last_item_of_all_has_no_cursor() -> None:
    with pytest.raises(StoredItemError) as caught:
        play(Query(C1).__flow__(orders.__model__), with_unfit(1, 2, unfit=(2,)))
    assert caught.value.cursor is None


def test_what_is_known_of_one() -> None:
    _, result = play(Query(C1, on_unfit="collect").__flow__(orders.__model__), with_unfit(1, unfit=(1,)))
    with pytest.raises(StoredItemError) as caught:
        play(Query(C1).__flow__(orders.__model__), with_unfit(1, unfit=(1,)))
    [one], error = result.unfit, caught.value
    assert isinstance(one, UnfitItem)
    assert (one.table, one.entity) == ("shop", "Order")
    assert one.key == error.key == {"PK": "CUSTOMER#c1", "SK": "ORDER#2026-01-01#o1"}
    assert one.item == error.item == stored(1, **MUCH)
    assert one.failures == error.failures
    assert str(one) == ("Order PK='CUSTOMER#c1' SK='ORDER#2026-01-01#o1': total: expected int, found stored S")
    assert "s3cret" not in f"{one}{one!r}{result!r}"
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301  our own


def test_the_text_of_one_is_one_line() -> None:
    _, result = play(
        Query({"customer_id": "c\n1"}, on_unfit="collect").__flow__(orders.__model__),
        {"Items": [stored(1, PK={"S": "CUSTOMER#c\n1"}, placed_on={"S": "never"}, **MUCH)]},
    )
    assert len(str(result.unfit[0]).splitlines()) == 1


def test_one_under_another_key_than_its_fields_build_does_not_fit() -> None:
    twin = stored(2, SK={"S": "ORDER#2026-01-09#o2"})
    _, result = play(Query(C1, on_unfit="collect").__flow__(orders.__model__), {"Items": [stored(1), twin]})
    assert numbers_of(result.items) == [1]
    assert [failure.path for failure in result.unfit[0].failures] == ["SK"]


def test_skipped_ones_do_not_count_towards_max_items() -> None:
    query = Query(C1, max_items=2, page_size=2, on_unfit="skip")
    answers = with_unfit(1, 2, unfit=(1,), more=True), with_unfit(3, 4, 5, unfit=(3,), more=True)
    _, result = play(query.__flow__(orders.__model__), *answers)
    assert numbers_of(result.items) == [2, 4]
    [payload], _ = play(told(query, "skip", start=result.cursor).__flow__(orders.__model__), page())
    assert payload["ExclusiveStartKey"] == key_of(4)


def test_more_is_read_at_once_where_skipped_ones_left_too_few() -> None:
    empty = with_unfit(1, unfit=(1,), more=True)
    payloads, _ = play(Query(C1, max_items=1, on_unfit="skip").__flow__(orders.__model__), empty, empty, page(2))
    assert [payload["Limit"] for payload in payloads] == [1, 4, 16]


def test_collected_ones_count_towards_max_items() -> None:
    query = Query(C1, max_items=2, on_unfit="collect")
    _, result = play(query.__flow__(orders.__model__), with_unfit(1, 2, 3, unfit=(2,)))
    assert (numbers_of(result.items), unfit_numbers(result)) == ([1], [2])
    [payload], _ = play(told(query, "collect", start=result.cursor).__flow__(orders.__model__), page())
    assert payload["ExclusiveStartKey"] == key_of(2)


def test_collected_ones_of_all_requests_are_in_one_result() -> None:
    query = Query(C1, max_items=9, on_unfit="collect", filter={"status": "new"})
    answers = with_unfit(1, 2, unfit=(1,), more=True), with_unfit(3, unfit=(3,), more=True), with_unfit(4)
    _, result = play(query.__flow__(orders.__model__), *answers)
    assert (numbers_of(result.items), unfit_numbers(result), result.cursor) == ([2, 4], [1, 3], None)


@frozen
class Line:
    order_id: str
    total: int = 0


@pytest.mark.parametrize("projection", [["order_id", "total"], Line])
def test_parts_of_items(projection: Any) -> None:
    answered = with_unfit(1, 2, unfit=(1,))
    _, result = play(Query(C1, projection=projection, on_unfit="collect").__flow__(orders.__model__), answered)
    assert len(result.items) == 1
    assert unfit_numbers(result) == [1]
    with pytest.raises(StoredItemError, match=ADVICE) as caught:
        play(Query(C1, projection=projection).__flow__(orders.__model__), answered)
    assert caught.value.cursor is not None


def test_an_index() -> None:
    bad = {
        **key_of(1),
        "_type": {"S": "Customer"},
        "GSI1PK": {"S": "EMAIL#a"},
        "GSI1SK": {"S": "CUSTOMER"},
        "name": {"S": "Ann"},
    }
    query = Query(index={"by_email": {"email": "a"}}, on_unfit="collect", max_items=1)
    _, result = play(query.__flow__(customers.__model__), {"Items": [bad, bad]})
    assert (result.items, result.unfit[0].key) == ([], {name: key_of(1)[name]["S"] for name in ("PK", "SK")})
    [payload], _ = play(told(query, "collect", start=result.cursor).__flow__(customers.__model__), {"Items": []})
    assert payload["ExclusiveStartKey"] == {name: bad[name] for name in ("PK", "SK", "GSI1PK", "GSI1SK")}


def customer(name: Any) -> dict[str, Any]:
    its_key = {"PK": {"S": "CUSTOMER#c1"}, "SK": {"S": "META"}}
    return {**its_key, "_type": {"S": "Customer"}, "customer_id": {"S": "c1"}, "name": name}


def test_several_entities_each_say_whose_it_is() -> None:
    both = Query(C1, entities=customers | orders, on_unfit="collect")
    _, result = play(both.__flow__(table), {"Items": [customer({"N": "1"}), stored(1), stored(2, **MUCH)]})
    assert numbers_of(result.items) == [1]
    assert [one.entity for one in result.unfit] == ["Customer", "Order"]


def test_unknown_items_are_another_matter() -> None:
    ghost = stored(2, _type={"S": "Ghost"})
    items = {"Items": [stored(1, **MUCH), ghost, stored(3)]}
    for on_unfit in ("skip", "collect"):
        with pytest.raises(
            StoredItemError, match=r"of no entity .* on_unknown=\"skip\" or \"collect\" goes on(?m:$)"
        ) as caught:
            play(told(Query(C1, entities=customers | orders), on_unfit).__flow__(table), items)
        [payload], _ = play(Query(C1, entities=customers | orders, start=caught.value.cursor).__flow__(table), page())
        assert payload["ExclusiveStartKey"] == key_of(2)
    both = Query(C1, entities=customers | orders, on_unknown="collect", on_unfit="collect")
    _, result = play(both.__flow__(table), items)
    assert (numbers_of(result.items), len(result.unknown_items), unfit_numbers(result)) == ([3], 1, [1])
    assert result.count == 3


def test_an_unknown_item_without_a_key_has_no_cursor() -> None:
    both = Query(C1, entities=customers | orders)
    with pytest.raises(StoredItemError, match="of no entity") as caught:
        play(both.__flow__(table), {"Items": [{"_type": {"S": "Ghost"}}, stored(1)]})
    assert caught.value.cursor is None


@frozen
class Cash:
    till: str
    kind: Literal["cash"] = "cash"


@frozen
class Card:
    till: str
    number: int
    kind: Literal["card"] = "card"


def test_a_union_of_schemas() -> None:
    plain = Table("payments")
    payments: Entity[Any] = Entity(Cash | Card, plain, partition_key="TILL", sort_key="{till}", name="Payment")  # type: ignore[arg-type]
    found = [
        {"PK": {"S": "TILL"}, "SK": {"S": "a"}, "till": {"S": "a"}, "kind": {"S": "card"}, "number": {"S": "x"}},
        {"PK": {"S": "TILL"}, "SK": {"S": "b"}, "till": {"S": "b"}, "kind": {"S": "nothing"}},
    ]
    _, result = play(Scan(on_unfit="collect").__flow__(payments.__model__), {"Items": found})
    assert result.items == []
    assert [one.key["SK"] for one in result.unfit] == ["a", "b"]


def connected(*answers: Any) -> Entity[Order]:
    transport = ScriptedTransport(*map(answer, answers))
    return Entity(
        Order,
        Table("shop", transport=transport),
        partition_key="CUSTOMER#{customer_id}",
        sort_key="ORDER#{placed_on}#{order_id}",
    )


def test_pages_go_on() -> None:
    answers = with_unfit(1, 2, unfit=(1, 2), more=True), with_unfit(3, 4, unfit=(4,))
    pages = list(connected(*answers).paginate(Query(C1, on_unfit="collect")))
    assert [(numbers_of(one.items), unfit_numbers(one)) for one in pages] == [([], [1, 2]), ([3], [4])]
    assert numbers_of(list(connected(*answers).paginate(Scan(on_unfit="skip")).items())) == [3]


def test_pages_count_what_is_collected() -> None:
    answers = with_unfit(1, 2, unfit=(1,), more=True), with_unfit(3, 4, unfit=(4,))
    pages = list(connected(*answers).paginate(Query(C1, on_unfit="collect", max_items=3)))
    assert [(numbers_of(one.items), unfit_numbers(one)) for one in pages] == [([2], [1]), ([3], [])]


def test_segments_go_on() -> None:
    answers = with_unfit(1, 2, unfit=(1,)), with_unfit(3, 4, unfit=(4,))
    pages = list(connected(*answers).paginate(Scan(on_unfit="collect", total_segments=2), at_once=1))
    assert [(numbers_of(one.items), unfit_numbers(one)) for one in pages] == [([2], [1]), ([3], [4])]


def test_awaited_pages_go_on() -> None:
    async def read() -> list[Any]:
        entity = connected(with_unfit(1, 2, unfit=(1,), more=True), with_unfit(3))
        return [one async for one in entity.apaginate(Query(C1, on_unfit="collect"))]

    assert [(numbers_of(one.items), unfit_numbers(one)) for one in asyncio.run(read())] == [([2], [1]), ([3], [])]


def test_pages_that_raised_go_on_from_the_cursor() -> None:
    entity = connected(with_unfit(1, 2, 3, unfit=(2,)), page(3))
    with pytest.raises(StoredItemError) as caught:
        list(entity.paginate(Query(C1)))
    rest = list(entity.paginate(Query(C1, start=caught.value.cursor)).items())
    assert rest == [Order("c1", date(2026, 1, 3), "o3", 3)]


@pytest.mark.parametrize("given", ["ignore", True, ["skip"]])
@pytest.mark.parametrize("option", ["on_unfit", "on_unknown"])
def test_other_words_are_refused(option: str, given: Any) -> None:
    both: Any = Query(C1, entities=customers | orders)
    wanted = rf"{option}=.*: must be one of 'raise', 'skip', 'collect'"
    with pytest.raises(UsageError, match=wanted):
        evolve(both, **{option: given})
