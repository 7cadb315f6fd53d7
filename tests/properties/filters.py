"""Conditions on the items in `stock.py`, each told twice: to the library, and as what is true of an item."""

from __future__ import annotations

from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from dynamo_document_builder import (
    and_,
    begins_with,
    contains,
    equals,
    exists,
    is_in,
    not_,
    not_equals,
    not_exists,
    or_,
)
from tests.properties.stock import Attributes, Kind, Note, Order, place
from tests.properties.words import (
    COMPARISONS,
    TAGS,
    numbers,
    regions,
    shelves,
    statuses,
    totals,
)


@frozen
class Test:
    """A condition on one field."""

    __test__ = False

    name: str
    condition: Any
    holds: Any

    def __call__(self, item: Attributes) -> bool:
        return self.name in item and bool(self.holds(item[self.name]))

    def __repr__(self) -> str:
        return f"{self.name}: {self.condition}"


@frozen
class Filter:
    """A condition on an item."""

    condition: Any
    holds: Any
    names: frozenset[str]

    def __repr__(self) -> str:
        return f"Filter({self.condition})"


def _missing(name: str) -> Filter:
    return Filter({name: not_exists()}, lambda item: name not in item, frozenset({name}))


def _single(test: Test) -> Filter:
    return Filter({test.name: test.condition}, test, frozenset({test.name}))


def _compared(name: str, operator: str, value: Any) -> Filter:
    function, compare = COMPARISONS[operator]
    return _single(Test(name, function(value), lambda stored: compare(place(stored), place(value))))


def _differs(name: str, value: Any) -> Filter:
    # A missing attribute is not equal to anything, so `<>` is true of it.
    return Filter({name: not_equals(value)}, lambda item: item.get(name) != value, frozenset({name}))


def _both(one: Filter, other: Filter) -> Filter:
    condition = and_(one.condition, other.condition)
    return Filter(condition, lambda item: one.holds(item) and other.holds(item), one.names | other.names)


def _either(one: Filter, other: Filter) -> Filter:
    condition = or_(one.condition, other.condition)
    return Filter(condition, lambda item: one.holds(item) or other.holds(item), one.names | other.names)


def _opposite(one: Filter) -> Filter:
    return Filter(not_(one.condition), lambda item: not one.holds(item), one.names)


def _compositions(filters: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    pairs = st.builds(_both, filters, filters) | st.builds(_either, filters, filters)
    return filters | pairs | filters.map(_opposite)


_operators = st.sampled_from([*COMPARISONS])
_shared_filters = st.one_of(
    st.builds(_compared, st.just("total"), _operators, totals),
    st.builds(_compared, st.just("number"), _operators, numbers),
    st.builds(_compared, st.just("region"), _operators, regions),
    st.builds(lambda region: _single(Test("region", equals(region), lambda r: r == region)), regions),
    st.builds(lambda shelf: _single(Test("shelf", equals(shelf), lambda s: s == shelf)), shelves),
    st.sampled_from([_missing("shelf"), _missing("total")]),
    st.just(_single(Test("total", exists(), lambda _: True))),
)
_order_filters = st.one_of(
    _shared_filters,
    st.builds(lambda status: _single(Test("status", equals(status), lambda s: s == status)), statuses),
    st.builds(_differs, st.just("status"), statuses),
    st.just(_single(Test("status", begins_with("paid"), lambda s: s.startswith("paid")))),
    st.just(_single(Test("status", is_in("new", "paid-off"), lambda s: s in {"new", "paid-off"}))),
    st.builds(lambda tag: _single(Test("tags", contains(tag), lambda tags: tag in tags)), st.sampled_from(TAGS)),
    st.just(_missing("email")),
)
filters: dict[Kind, st.SearchStrategy[Filter]] = {
    Order: _compositions(_order_filters),
    Note: _compositions(_shared_filters),
}
filters_of_both = _compositions(_shared_filters)
