"""What can be asked of the items in `stock.py`, each told twice: to the library, and as what is true of an answer."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003  the annotations of `Line` are looked up
from typing import Any

from attrs import evolve, frozen
from hypothesis import strategies as st

from dynamo_document_builder import (
    begins_with,
    between,
    equals,
)
from tests.properties.filters import Filter, filters, filters_of_both
from tests.properties.stock import SORT_KEYS, TABLE, TAG, Attributes, Kind, Note, Order, place
from tests.properties.words import (
    COMPARISONS,
    customers,
    emails,
    numbers,
    regions,
    shelves,
    statuses,
    totals,
)


@frozen
class Bound:
    """One end of a range of sort keys: text, a number, or fields that a key is built of."""

    given: Any
    value: Any
    """The stored value it stands for."""
    is_prefix: bool = False

    def reaches(self, stored: Any) -> bool:
        return self.is_prefix and stored.startswith(self.value)


@frozen
class Range:
    """A condition on a sort key."""

    operator: str
    low: Bound
    high: Bound

    @property
    def condition(self) -> Any:
        match self.operator:
            case "=":
                return equals(self.low.given)
            case "between":
                return between(self.low.given, self.high.given)
            case "begins_with":
                return begins_with(self.low.given)
            case operator:
                return COMPARISONS[operator][0](self.low.given)

    def holds(self, item: Attributes, sort_key: str) -> bool:
        return _is_in(self.operator, item[sort_key], self.low.value, self.high.value)


@frozen
class FieldRange:
    """A condition on a field that a sort key is built of, where the fields before it have certain values."""

    operator: str
    before: Attributes
    field: str
    low: Any
    high: Any

    @property
    def condition(self) -> Any:
        ends = [Bound({**self.before, self.field: end}, end) for end in (self.low, self.high)]
        return Range(self.operator, *ends).condition

    def holds(self, item: Attributes, _: str) -> bool:
        has = {"status": "new", **item}  # an update that creates an item stores no default
        if any(has[name] != value for name, value in self.before.items()):
            return False
        return _is_in(self.operator, has[self.field], self.low, self.high)


def _is_in(operator: str, stored: Any, low: Any, high: Any) -> bool:
    match operator:
        case "=":
            return bool(stored == low)
        case "between":
            return bool(place(low) <= place(stored) <= place(high))
        case "begins_with":
            return bool(stored.startswith(low) if isinstance(low, str) else stored == low)
        case _:
            return bool(COMPARISONS[operator][1](place(stored), place(low)))


@st.composite
def field_ranges(draw: st.DrawFn, *fields: tuple[str, st.SearchStrategy[Any]]) -> FieldRange:
    """Give a condition on one of the fields that a sort key is built of, from the left."""
    *before, (name, values) = fields[: draw(st.integers(1, len(fields)))]
    given = {field: draw(value) for field, value in before}
    operator = draw(
        st.sampled_from([*COMPARISONS, "between", "begins_with", *(["="] if name == fields[-1][0] else [])])
    )
    low, high = sorted([draw(values), draw(values)], key=place)
    if operator == "begins_with" and isinstance(low, str):
        low = low[: draw(st.integers(0, len(low)))]
    return FieldRange(operator, given, name, low, high)


def ranges(bounds: st.SearchStrategy[Bound], *operators: str) -> st.SearchStrategy[Range]:
    # DynamoDB refuses a range that ends before it begins.
    ends = st.lists(bounds, min_size=2, max_size=2).map(lambda two: sorted(two, key=lambda one: place(one.value)))
    pairs = st.tuples(st.sampled_from([*COMPARISONS, "<=", ">", "between", *operators]), ends)
    return pairs.filter(lambda drawn: drawn[0] != "=" or not drawn[1][0].is_prefix).map(
        lambda drawn: Range(drawn[0], drawn[1][0], drawn[1][1])
    )


def texts(*values: str) -> st.SearchStrategy[Bound]:
    return st.sampled_from([Bound(value, value) for value in values])


def _order_bound(region: str, number: int | None) -> Bound:
    if number is None:
        return Bound({"region": region}, f"O#{region}#", is_prefix=True)
    return Bound({"region": region, "number": number}, f"O#{region}#{number:02}")


def _note_bound(region: str, number: int | None) -> Bound:
    if number is None:
        return Bound({"region": region}, f"O#{region}#", is_prefix=True)
    return Bound({"region": region, "number": number}, f"O#{region}#{number:02}#N")


def _status_bound(status: str, region: str | None) -> Bound:
    if region is None:
        return Bound({"status": status}, f"S#{status}#", is_prefix=True)
    return Bound({"status": status, "region": region}, f"S#{status}#{region}")


def _place_bound(region: str, number: int | None) -> Bound:
    if number is None:
        return Bound({"region": region}, f"{region}#", is_prefix=True)
    return Bound({"region": region, "number": number}, f"{region}#{number:02}")


def _customer_bound(customer: str, number: int | None) -> Bound:
    if number is None:
        return Bound({"customer": customer}, f"{customer}#", is_prefix=True)
    return Bound({"customer": customer, "number": number}, f"{customer}#{number:02}")


_KEY_TEXTS = texts("A", "O", "O#a", "O#a#", "O#a#0", "O#a#10", "O#a!", "O#\u00e9#02", "O#\ufb00", "O#\U0001f600", "P")
_STATUS_TEXTS = texts("S", "S#new", "S#new#a", "S#paid", "S#paid#\ufb00", "S#paid-", "T")
_PLACE_TEXTS = texts("a", "a#", "a#02", "a!", "\u00e9", "\ufb00#10", "\U0001f600", "~")
_PARTS = (regions, st.none() | numbers)

_place_ranges = field_ranges(("region", regions), ("number", numbers))
_key_ranges: st.SearchStrategy[Range | FieldRange] = ranges(_KEY_TEXTS, "=", "begins_with") | _place_ranges
_number_ranges = ranges(totals.map(lambda total: Bound(total, total)), "=")
_number_field_ranges = ranges(totals.map(lambda total: Bound({"total": total}, total)), "=")


@frozen
class Sought:
    """Which keys a query is about."""

    index: str | None
    given: Attributes
    """The fields of the key."""
    partition: Any
    """The stored value of the partition key."""
    leading: Bound | None = None
    """What the given fields say of the sort key."""
    range: Range | FieldRange | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        where = {"key": self.given} if self.index is None else {"index": {self.index: self.given}}
        return where if self.range is None else where | {"sort_key_condition": self.range.condition}

    def holds(self, item: Attributes) -> bool:
        partition, sort = SORT_KEYS[self.index]
        if item[partition] != self.partition:
            return False
        if self.range is not None:
            return self.range.holds(item, sort)
        if self.leading is None:
            return True
        return self.leading.reaches(item[sort]) or bool(item[sort] == self.leading.value)


def _sought(
    index: str | None,
    partition: st.SearchStrategy[tuple[Attributes, Any]],
    leading: st.SearchStrategy[Bound | None],
    conditions: st.SearchStrategy[Range | FieldRange],
    narrowed: Bound | None = None,
) -> st.SearchStrategy[Sought]:
    """Give a whole partition, one narrowed by leading fields, or by a condition; *narrowed*: what no field adds."""

    def whole(found: tuple[Attributes, Any], bound: Bound | None) -> Sought:
        given, value = found
        more = {} if bound is None else bound.given
        return Sought(index, {**given, **more}, value, narrowed if bound is None else bound)

    def limited(found: tuple[Attributes, Any], condition: Range | FieldRange) -> Sought:
        return Sought(index, found[0], found[1], None, condition)

    return st.builds(whole, partition, st.none() | leading) | st.builds(limited, partition, conditions)


_customer_keys = customers.map(lambda customer: ({"customer": customer}, f"C#{customer}"))
_email_keys = emails.map(lambda email: ({"email": email}, f"E#{email}"))
_shelf_keys = shelves.map(lambda shelf: ({"shelf": shelf}, shelf))
_totals = totals.map(lambda total: Bound({"total": total}, total))

_of_both = (
    _sought("by_total", _shelf_keys, _totals, _number_ranges | _number_field_ranges),
    _sought("by_size", _customer_keys, _totals, _number_ranges | _number_field_ranges),
)

sought: dict[Kind, st.SearchStrategy[Sought]] = {
    Order: st.one_of(
        _sought(
            None,
            _customer_keys,
            st.builds(_order_bound, *_PARTS),
            _key_ranges,
            Bound({}, "O#", is_prefix=True),
        ),
        _sought(
            "by_email",
            _email_keys,
            st.builds(_place_bound, *_PARTS),
            ranges(_PLACE_TEXTS, "=", "begins_with") | _place_ranges,
        ),
        _sought(
            "by_region",
            regions.map(lambda region: ({"region": region}, f"R#{region}")),
            st.builds(_customer_bound, customers, st.none() | numbers),
            field_ranges(("customer", customers), ("number", numbers)),
        ),
        _sought(
            "by_status",
            _customer_keys,
            st.builds(_status_bound, statuses, st.none() | regions),
            ranges(_STATUS_TEXTS, "=", "begins_with") | field_ranges(("status", statuses), ("region", regions)),
            Bound({}, "S#", is_prefix=True),
        ),
        *_of_both,
    ),
    Note: st.one_of(
        _sought(
            None,
            _customer_keys,
            st.builds(_note_bound, *_PARTS),
            _key_ranges,
            Bound({}, "O#", is_prefix=True),
        ),
        *_of_both,
    ),
}

_stored_keys = customers.map(lambda customer: ({"PK": f"C#{customer}"}, f"C#{customer}"))
sought_by_both = st.one_of(
    st.builds(
        lambda found, condition: Sought(None, found[0], found[1], None, condition),
        _customer_keys | _stored_keys,
        st.none() | ranges(_KEY_TEXTS, "=", "begins_with"),
    ),
    st.builds(
        lambda found, condition: Sought("by_total", found[0], found[1], None, condition),
        _shelf_keys,
        st.none() | _number_ranges,
    ),
)


@frozen
class Line:
    """Some of the fields that both kinds of items have."""

    region: str
    number: int
    total: Decimal | None = None


PATHS = ("number", "region", "shelf")


@frozen
class Shape:
    """What is read of an item."""

    projection: Any = None

    def of(self, item: Attributes, whole: Any) -> Any:
        if self.projection is None:
            return whole(item)
        if self.projection is Line:
            return Line(item["region"], item["number"], item.get("total"))
        return {name: item[name] for name in self.projection if name in item}


shapes = st.sampled_from([Shape(), Shape(), Shape(Line), Shape(PATHS)])


@frozen
class Asked:
    """A query or a scan of one entity, or of both."""

    kinds: tuple[Kind, ...]
    sought: Sought | None = None
    index: str | None = None
    filter: Filter | None = None
    shape: Shape = Shape()
    reverse: bool = False
    page_size: int | None = None
    max_items: int | None = None
    consistent: bool = True

    @property
    def options(self) -> dict[str, Any]:
        """Return what the command is told, beside the entities."""
        options: dict[str, Any] = {} if self.sought is None else self.sought.arguments
        if self.sought is not None:
            options["reverse"] = self.reverse
        elif self.index is not None:
            options["index_name"] = self.index
        given = {
            "filter": None if self.filter is None else self.filter.condition,
            "projection": self.shape.projection,
            "page_size": self.page_size,
            "max_items": self.max_items,
        }
        return options | {name: value for name, value in given.items() if value is not None} | self._consistency

    @property
    def _consistency(self) -> dict[str, Any]:
        return {"consistent": True} if self.consistent and self.index not in TABLE["global_secondary_indexes"] else {}

    def reads(self, item: Attributes) -> bool:
        """Tell whether an item is read, before it is filtered."""
        return self.sought is None or self.sought.holds(item)

    def returns(self, item: Attributes) -> bool:
        """Tell whether an item that is read is returned."""
        return self.is_about(item) and (self.filter is None or bool(self.filter.holds(item)))

    def is_about(self, item: Attributes) -> bool:
        """Tell whether an item is of one of the kinds."""
        return item[TAG] in {kind.__name__ for kind in self.kinds}


def _fitting(asked: Asked) -> bool:
    """Tell whether a filter is not about the key that is queried, which DynamoDB refuses."""
    return asked.sought is None or asked.filter is None or not asked.filter.names & {*SORT_KEYS[asked.index]}


_few = st.none() | st.integers(1, 5)


def _queries(
    kinds: tuple[Kind, ...],
    sought: st.SearchStrategy[Sought],
    filters: st.SearchStrategy[Filter],
    shapes: st.SearchStrategy[Shape],
) -> st.SearchStrategy[Asked]:
    return st.builds(
        lambda sought, asked: evolve(asked, sought=sought, index=sought.index),
        sought,
        st.builds(
            Asked,
            st.just(kinds),
            filter=st.none() | filters,
            shape=shapes,
            reverse=st.booleans(),
            page_size=_few,
            max_items=_few,
        ),
    ).filter(_fitting)


def _scans(
    kinds: tuple[Kind, ...],
    indexes: tuple[str | None, ...],
    filters: st.SearchStrategy[Filter],
    shapes: st.SearchStrategy[Shape],
) -> st.SearchStrategy[Asked]:
    return st.builds(
        Asked,
        st.just(kinds),
        index=st.sampled_from([None, *indexes]),
        filter=st.none() | filters,
        shape=shapes,
        page_size=_few,
        max_items=_few,
    )


queries = st.one_of(*(_queries((kind,), sought[kind], filters[kind], shapes) for kind in (Order, Note)))
scans = st.one_of(
    _scans((Order,), ("by_email", "by_region", "by_total", "by_status", "by_size"), filters[Order], shapes),
    _scans((Note,), ("by_total", "by_size"), filters[Note], shapes),
)
queries_of_both = _queries((Order, Note), sought_by_both, filters_of_both, st.just(Shape()))
scans_of_both = _scans((Order, Note), ("by_total", "by_size"), filters_of_both, st.just(Shape()))
