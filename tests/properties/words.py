"""The few values that the items in `stock.py` are made of, so that they meet often."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from operator import ge, gt, le, lt
from random import Random
from typing import Any

from hypothesis import strategies as st

from dynamo_document_builder import (
    greater_than,
    greater_than_or_equal,
    less_than,
    less_than_or_equal,
)
from tests.properties.stock import Item, Kind, Note, Order

CUSTOMERS = ("c1", "c2")
REGIONS = ("a", "a!", "ab", "é", "\ufb00", "\U0001f600")
"""The last two change places where text is sorted by UTF-16; `!` sorts before the `#` between the parts of a key."""
NUMBERS = (2, 10)
STATUSES = ("new", "paid", "paid-off")
TOTALS = tuple(map(Decimal, ("-5", "0", "2", "2.5", "10")))
SHELVES = (1, 2)
EMAILS = ("x", "y")
TAGS = ("t", "u")

customers = st.sampled_from(CUSTOMERS)
regions = st.sampled_from(REGIONS)
numbers = st.sampled_from(NUMBERS)
statuses = st.sampled_from(STATUSES)
totals = st.sampled_from(TOTALS)
shelves = st.sampled_from(SHELVES)
emails = st.sampled_from(EMAILS)

kinds: st.SearchStrategy[Kind] = st.sampled_from([Order, Order, Note])

keys = st.fixed_dictionaries({"customer": customers, "region": regions, "number": numbers})
notes = st.builds(Note, customers, regions, numbers, st.none() | totals, st.none() | shelves)
orders = st.builds(
    Order,
    customers,
    regions,
    numbers,
    statuses,
    st.none() | totals,
    st.none() | shelves,
    st.none() | emails,
    st.frozensets(st.sampled_from(TAGS)),
)


def stocked(seed: int) -> list[Item]:
    """Return items under half of all the keys there are, so that what is asked for is found."""
    chance = Random(seed)

    def some(*values: Any) -> Any:
        return chance.choice(values)

    items: list[Item] = []
    for key in product(CUSTOMERS, REGIONS, NUMBERS):
        order = Order(*key, some(*STATUSES), some(None, *TOTALS), some(None, *SHELVES), some(None, *EMAILS))
        note = Note(*key, some(None, *TOTALS), some(None, *SHELVES))
        items += chance.choice([[], [order], [note], [order, note]])
    return items


COMPARISONS: dict[str, tuple[Any, Any]] = {
    "<": (less_than, lt),
    "<=": (less_than_or_equal, le),
    ">": (greater_than, gt),
    ">=": (greater_than_or_equal, ge),
}
