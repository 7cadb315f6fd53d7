"""What can be written to the items in `stock.py`, each told twice: as a command, and as what becomes of an item."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen
from hypothesis import strategies as st

from dynamo_document_builder import (
    ConditionCheck,
    Delete,
    Put,
    Update,
    add,
    add_to_set,
    exists,
    increment,
    item_exists,
    item_not_exists,
    remove,
    remove_from_set,
)
from tests.properties.filters import Filter, filters
from tests.properties.stock import (
    TAG,
    Attributes,
    Item,
    Key,
    Kind,
    Note,
    Order,
    as_stored,
    by_email,
    by_region,
    by_status,
    key_of,
)
from tests.properties.words import (
    TAGS,
    emails,
    keys,
    notes,
    orders,
    shelves,
    statuses,
    totals,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Stored: TypeAlias = Attributes | None
"""An item, or that there is none."""


@frozen
class Term:
    """What a write depends on."""

    condition: Any
    holds: Callable[[Stored], bool]

    def __repr__(self) -> str:
        return f"Term({self.condition})"


FREE = Term(None, lambda _: True)
THERE = Term(item_exists(), lambda item: item is not None)
NOT_THERE = Term(item_not_exists(), lambda item: item is None)


def _term(filter_: Filter) -> Term:
    # To DynamoDB, an item that is not there is one without attributes.
    return Term(filter_.condition, lambda item: bool(filter_.holds(item or {})))


terms: dict[Kind, st.SearchStrategy[Term]] = {
    kind: st.one_of(st.just(FREE), st.just(FREE), st.sampled_from([THERE, NOT_THERE]), filters[kind].map(_term))
    for kind in (Order, Note)
}


@frozen
class Write:
    """One write of one item."""

    kind: Kind
    key: Key
    command: Any
    term: Term
    becomes: Callable[[Stored], Stored]

    def __repr__(self) -> str:
        return f"Write({self.kind.__name__}, {self.command})"


def put(item: Item, term: Term) -> Write:
    attributes = as_stored(item)
    command = Put(item, condition=term.condition)
    return Write(type(item), (attributes["PK"], attributes["SK"]), command, term, lambda _: attributes)


def delete(kind: Kind, given: Attributes, term: Term) -> Write:
    return Write(kind, key_of(kind, given), Delete(given, condition=term.condition), term, lambda _: None)


def check(kind: Kind, given: Attributes, term: Term) -> Write:
    return Write(kind, key_of(kind, given), ConditionCheck(given, condition=term.condition), term, lambda item: item)


@frozen
class Change:
    """What an update does to one field."""

    name: str
    given: Any
    becomes: Callable[[Any], Any]
    """From what is stored to what is stored then, `None` where nothing is."""

    def __repr__(self) -> str:
        return f"{self.name}={self.given}"


def _total_or_nothing(total: Any) -> Decimal:
    return Decimal(0) if total is None else total


changes: dict[Kind, st.SearchStrategy[Change]] = {}
changes[Note] = st.one_of(
    totals.map(lambda total: Change("total", total, lambda _: total)),
    totals.map(lambda more: Change("total", increment(more), lambda old: _total_or_nothing(old) + more)),
    shelves.map(lambda shelf: Change("shelf", shelf, lambda _: shelf)),
    st.sampled_from(["total", "shelf"]).map(lambda name: Change(name, remove(), lambda _: None)),
)
_moves = st.one_of(
    statuses.map(lambda status: Change("status", status, lambda _: status)),
    emails.map(lambda email: Change("email", email, lambda _: email)),
    st.just(Change("email", remove(), lambda _: None)),
)
"""Index keys follow from these."""
changes[Order] = st.one_of(
    changes[Note],
    _moves,
    st.sampled_from(TAGS).map(lambda tag: Change("tags", add_to_set({tag}), lambda old: (old or frozenset()) | {tag})),
    st.sampled_from(TAGS).map(
        lambda tag: Change("tags", remove_from_set({tag}), lambda old: ((old or frozenset()) - {tag}) or None)
    ),
)


def _born(kind: Kind, given: Attributes) -> dict[str, Any]:
    """Return what an update gives an item that it creates, beside what it changes."""
    partition, sort = key_of(kind, given)
    more = by_region(given) | by_status(given) | by_email(given) if kind is Order else {}
    return {"PK": partition, "SK": sort, TAG: kind.__name__, **given, **more}


def _followed(attributes: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Return an item with the index keys that follow from the fields which were changed."""
    if "status" in names:
        attributes |= by_status(attributes)
    if "email" in names:
        attributes.pop("GSI1PK", None)
        attributes |= by_email(attributes)
    return attributes


def _updated(kind: Kind, given: Attributes, made: list[Change], item: Stored) -> Attributes:
    attributes = dict(_born(kind, given) if item is None else item)
    for change in made:
        value = change.becomes(attributes.pop(change.name, None))
        if value is not None:
            attributes[change.name] = value
    return _followed(attributes, {change.name for change in made})


def update(kind: Kind, given: Attributes, made: list[Change], term: Term) -> Write:
    command = Update(given, updates={change.name: change.given for change in made}, condition=term.condition)
    return Write(kind, key_of(kind, given), command, term, lambda item: _updated(kind, given, made, item))


def more_of_what_is_there(kind: Kind, given: Attributes, more: Decimal) -> Write:
    """Add to a total, which DynamoDB refuses where there is none."""
    term = Term({"total": exists()}, lambda item: item is not None and "total" in item)
    return update(kind, given, [Change("total", add(more), lambda old: old + more)], term)


def _made(kind: Kind) -> st.SearchStrategy[list[Change]]:
    made = [changes[kind], _moves] if kind is Order else [changes[kind]]
    return st.one_of(*(st.lists(one, min_size=1, max_size=3, unique_by=lambda change: change.name) for one in made))


def _of(kind: Kind) -> dict[str, st.SearchStrategy[Write]]:
    only = st.just(kind)
    return {
        "put": st.builds(put, orders if kind is Order else notes, terms[kind]),
        "update": st.builds(update, only, keys, _made(kind), terms[kind]),
        "add": st.builds(more_of_what_is_there, only, keys, totals),
        "delete": st.builds(delete, only, keys, terms[kind]),
        "check": st.builds(check, only, keys, terms[kind].filter(lambda term: term is not FREE)),
    }


_by_kind = [_of(Order), _of(Order), _of(Note)]
puts = st.one_of(*(writes["put"] for writes in _by_kind))
updates = st.one_of(*(writes["update"] for writes in _by_kind), _by_kind[0]["add"])
deletes = st.one_of(*(writes["delete"] for writes in _by_kind))
checks = st.one_of(*(writes["check"] for writes in _by_kind))
transactions = st.lists(st.one_of(puts, updates, deletes, checks), min_size=1, max_size=5, unique_by=lambda w: w.key)

_batched = st.builds(put, orders | notes, st.just(FREE)) | st.builds(
    delete, st.sampled_from([Order, Note]), keys, st.just(FREE)
)
batches = st.lists(_batched, min_size=1, max_size=8, unique_by=lambda write: write.key)
