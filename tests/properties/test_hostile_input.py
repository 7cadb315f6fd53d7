"""
Whatever is given to a command: it is rendered, or refused with one error of the library, before anything is sent.

And whatever is rendered, what was given stays a value: no text of it stands in an expression, and no two inputs share a
key.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from hashlib import blake2b
from typing import Any, TypeAlias

import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    ConditionCheck,
    Delete,
    DocumentBuilderError,
    Entity,
    Get,
    Put,
    Query,
    Scan,
    Table,
    TransactGet,
    TransactWrite,
    Update,
    begins_with,
    contains,
    equals,
    is_in,
    key,
    set_,
)
from dynamo_document_builder.testing import ScriptedTransport
from tests.effort import examples
from tests.unit.play import play


@frozen
class Note:
    tenant: str
    note_id: str
    text: str = ""
    count: int = 0
    price: Decimal | None = None
    score: float | None = None
    at: datetime | None = None
    tags: frozenset[str] = frozenset()
    words: list[str] = field(factory=list[str])
    extra: Any = None


TABLE = Table("notes", transport=ScriptedTransport())
notes = Entity(Note, TABLE, partition_key=lambda n: key("TENANT", n.tenant), sort_key=lambda n: key("NOTE", n.note_id))
FIELDS = ("tenant", "note_id", "text", "count", "price", "score", "at", "tags", "words", "extra")


class Lying(str):
    """Says that it is something else, in every way that it can."""

    __slots__ = ()

    def __str__(self) -> str:
        return "victim"

    def __repr__(self) -> str:
        return "victim"

    def __format__(self, _: str) -> str:
        return "victim#META"

    def __eq__(self, _: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1


class Exploding:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")

    def __eq__(self, _: object) -> bool:
        raise RuntimeError("no eq")

    def __hash__(self) -> int:
        raise RuntimeError("no hash")

    def __bool__(self) -> bool:
        raise RuntimeError("no bool")


class Number(IntEnum):
    ONE = 1


class Dict(dict[str, Any]):
    """A mapping whose entries nobody sees."""

    def items(self) -> Any:
        raise RuntimeError("no items")


def deep(levels: int, *, mapping: bool = False) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = {"a": value} if mapping else [value]
    return value


def cyclic() -> Any:
    value: list[Any] = []
    value.append(value)
    return value


HOSTILE: dict[str, Any] = {
    "deep list": deep(10_000),
    "deep map": deep(10_000, mapping=True),
    "cycle": cyclic(),
    "nan": float("nan"),
    "infinity": float("-inf"),
    "decimal nan": Decimal("sNaN"),
    "39 digits": 10**38 + 1,
    "39 decimal digits": Decimal("1." + "1" * 38),
    "huge exponent": Decimal("1e400"),
    "tiny exponent": Decimal("1e-400"),
    "million digits": 10**100_000,
    "lone surrogate": "\ud800",
    "surrogate in a set": {"\udfff"},
    "surrogate as a name": {"\ud800": 1},
    "nul": "a\0b",
    "naive datetime": datetime(2026, 1, 1),
    "lying text": Lying("u1"),
    "lying key": {Lying("a"): 1},
    "exploding": Exploding(),
    "exploding in a list": [Exploding()],
    "enum": Number.ONE,
    "bool": True,
    "none": None,
    "bytes": b"\xff",
    "bytearray": bytearray(b"x"),
    "generator": (one for one in "ab"),
    "set of mixed": {1, "a"},
    "set of lists": [{1.5}, frozenset()],
    "mapping that hides": Dict(a=1),
    "int keys": {1: 2},
    "object": object(),
    "class": int,
    "function": print,
    "module": json,
    "complex": 1j,
    "half a megabyte": "x" * 500_000,
    "expression": ":0 OR attribute_exists(PK)",
    "placeholder": "#0",
    "separator": "a#b",
    "empty": "",
    "control": "\x1f\x00",
}

USES: dict[str, Any] = {
    "put": lambda name, value: Put(Note(**{"tenant": "t", "note_id": "n", name: value})),
    "get": lambda name, value: Get({"tenant": "t", "note_id": "n", name: value}),
    "delete": lambda name, value: Delete({"tenant": "t", "note_id": "n"}, condition={name: value}),
    "check": lambda name, value: TransactWrite(
        [ConditionCheck({"tenant": "t", "note_id": "n"}, condition={name: equals(value)})]
    ),
    "update": lambda name, value: Update({"tenant": "t", "note_id": "n"}, updates={name: set_(value)}),
    "is_in": lambda name, value: Delete({"tenant": "t", "note_id": "n"}, condition={name: is_in([value])}),
    "begins_with": lambda name, value: Delete({"tenant": "t", "note_id": "n"}, condition={name: begins_with(value)}),
    "contains": lambda name, value: Delete({"tenant": "t", "note_id": "n"}, condition={name: contains(value)}),
    "query": lambda name, value: Query({"tenant": "t"}, filter={name: value}),
    "key of a query": lambda name, value: Query({"tenant": "t", name: value}),
    "scan": lambda name, value: Scan(filter={name: value}),
    "transact get": lambda name, value: TransactGet([{"tenant": "t", "note_id": "n", name: value}]),
    "batch get": lambda name, value: BatchGet([{"tenant": "t", "note_id": "n", name: value}]),
    "batch write": lambda name, value: BatchWrite([Note(**{"tenant": "t", "note_id": "n", name: value})]),
}

EXPRESSIONS = ("ConditionExpression", "UpdateExpression", "FilterExpression", "KeyConditionExpression")


def rendered(command: Any) -> str | None:
    """Return the body of a command's request, `None` if it is refused as it should be."""
    try:
        return notes.request(command).body.decode()
    except DocumentBuilderError:
        return None


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("name", FIELDS)
def test_every_hostile_value_is_rendered_or_refused(use: str, name: str) -> None:
    for value in HOSTILE.values():
        try:
            command = USES[use](name, value)
        except DocumentBuilderError:
            continue
        body = rendered(command)
        if body is not None:
            check_expressions(json.loads(body), value)


def check_expressions(payload: Any, value: object) -> None:
    """Nothing that was given stands in the text of an expression."""
    if isinstance(payload, dict):
        for member, inner in payload.items():
            if member in EXPRESSIONS:
                assert not isinstance(value, str) or len(value) < 3 or value not in inner
            check_expressions(inner, value)
    elif isinstance(payload, list):
        for inner in payload:
            check_expressions(inner, value)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", ["deep list", "cycle", "nan", "39 digits", "lone surrogate", "naive datetime"])
def test_a_refusal_names_operation_entity_key_and_field(name: str, value: str) -> None:
    command = Put(Note(**{"tenant": "t", "note_id": "n", name: HOSTILE[value]}))
    try:
        notes.request(command)
    except DocumentBuilderError as error:
        text = str(error)
        assert text.startswith("Put Note tenant=")
        assert "was not sent" in text
        assert name in text or "PK" in text or "SK" in text
    else:
        pytest.fail(f"{name} took {value}")


names = st.one_of(
    st.sampled_from(["#0", ":0", "a.b", "a[0]", "PK", "SK", "size(a)", "", " ", "AND", "a\0", "\ud800", "é"]),
    st.text(max_size=20),
)


@given(names, st.text(max_size=10))
@examples(130)
def test_a_name_of_a_user_is_no_expression(name: str, value: str) -> None:
    for make in (
        lambda: Delete({"tenant": "t", "note_id": "n"}, condition={name: value}),
        lambda: Update({"tenant": "t", "note_id": "n"}, updates={name: value}),
        lambda: Update({"tenant": "t", "note_id": "n"}, updates={f"extra.{name}": value}),
        lambda: Query({"tenant": "t"}, filter={name: value}),
        lambda: Get({"tenant": "t", "note_id": "n"}, projection=[name]),
    ):
        try:
            payload = notes.request(make()).payload
        except DocumentBuilderError:
            continue
        for member in (*EXPRESSIONS, "ProjectionExpression"):
            text = payload.get(member, "")
            words = text.replace("(", " ").replace(")", " ").replace(",", " ").replace(".", " ").split()
            allowed = {"AND", "OR", "NOT", "SET", "REMOVE", "=", "begins_with", "attribute_exists", "if_not_exists"}
            assert all(word in allowed or word[0] in "#:" for word in words), text


parts = st.one_of(st.text(max_size=8), st.sampled_from(["a", "a#b", "#", "b", "", "\0", "A", "é", "e\u0301"]))


together = Entity(Note, TABLE, partition_key=lambda n: key("T", n.tenant, n.note_id), sort_key=lambda _: "META")
by_template = Entity(Note, TABLE, partition_key="T#{tenant}#{note_id}", sort_key="META")
Pair: TypeAlias = tuple[str, str]


@st.composite
def cut_twice(draw: st.DrawFn) -> tuple[Pair, Pair]:
    """Give two pairs that are the same text, cut in two places: where nothing stands between, they are one key."""
    text = draw(st.text(st.sampled_from("ab-:\0é#"), min_size=3, max_size=8))
    one, other = sorted(draw(st.lists(st.integers(1, len(text) - 1), min_size=2, max_size=2, unique=True)))
    return (text[:one], text[one:]), (text[:other], text[other:])


@pytest.mark.parametrize(
    "entity", [notes, together, by_template], ids=["in two keys", "by a function", "by a template"]
)
@given(cut_twice() | st.tuples(st.tuples(parts, parts), st.tuples(parts, parts)))
@examples(330)
def test_two_different_inputs_never_share_a_key(entity: Entity[Note], pair: tuple[Pair, Pair]) -> None:
    keys = []
    for tenant, note_id in pair:
        try:
            keys.append(entity.request(Get({"tenant": tenant, "note_id": note_id})).payload["Key"])
        except DocumentBuilderError:
            assert "#" in tenant + note_id or not (tenant and note_id)
            return
    assert (keys[0] == keys[1]) is (pair[0] == pair[1])


@given(parts)
def test_a_tenant_reaches_no_other_tenants_keys(tenant: str) -> None:
    try:
        payload = notes.request(Query({"tenant": tenant})).payload
    except DocumentBuilderError:
        return
    values = [value["S"] for value in payload["ExpressionAttributeValues"].values()]
    assert values[0] == f"TENANT#{tenant}"
    assert "#" not in tenant


cursors = st.one_of(
    st.text(max_size=60),
    st.binary(max_size=60).map(lambda raw: urlsafe_b64encode(raw).decode()),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3).map(
        lambda forged: urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
    ),
)


@given(cursors)
@examples(170)
def test_what_is_no_cursor_is_one_error(cursor: str) -> None:
    assert rendered(Query({"tenant": "t"}, start=cursor)) is None or not cursor


def test_a_cursor_leads_to_its_own_query_alone() -> None:
    assert rendered(Query({"tenant": "t"}, start=sealed(REAL))) is not None
    assert rendered(Query({"tenant": "victim"}, start=sealed(REAL))) is None


def real_cursor() -> bytes:
    """Return what is in a cursor under its seal: the digest of the query, and the key."""
    key_ = {"PK": {"S": "TENANT#t"}, "SK": {"S": "NOTE#n"}}
    body = json.dumps({"Items": [], "Count": 0, "ScannedCount": 0, "LastEvaluatedKey": key_}).encode()
    _, found = play(Query({"tenant": "t"}).__flow__(notes.__model__), body)
    return urlsafe_b64decode(f"{found.cursor}==")[8:]


REAL = real_cursor()


def sealed(body: bytes) -> str:
    """Return a cursor as whoever knows the format can write it, with the seal that fits."""
    return urlsafe_b64encode(blake2b(body, digest_size=8).digest() + body).decode().rstrip("=")


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs), "a member comes twice"
    return dict(pairs)


def begins_elsewhere_at_most(cursor: str) -> bool:
    """Tell whether a cursor is refused, or changes nothing in the request but the key to begin after."""
    body = rendered(Query({"tenant": "t"}, start=cursor))
    if body is None:
        return False
    payload = json.loads(body, object_pairs_hook=members)
    start = payload.pop("ExclusiveStartKey")
    assert payload == notes.request(Query({"tenant": "t"})).payload
    assert all(len(value) == 1 and isinstance(*value.values(), str) for value in start.values())
    return True


keys = st.one_of(
    st.binary(max_size=40),
    st.recursive(
        st.none() | st.text(max_size=3), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    ).map(lambda value: json.dumps(value).encode()),
    st.sampled_from([b',"TableName":"secrets"', b"}", b'{"x":{"S":"a"}}', b""]).map(lambda more: REAL[8:] + more),
    st.dictionaries(st.sampled_from(["PK", "SK", "x"]), st.dictionaries(st.sampled_from("SNBM"), st.text())).map(
        lambda value: json.dumps(value).encode()
    ),
)


@given(st.binary(min_size=8, max_size=8), keys)
@examples(170)
def test_a_cursor_forged_for_another_query_is_one_error(digest: bytes, key_: bytes) -> None:
    if digest != REAL[:8]:
        assert rendered(Query({"tenant": "t"}, start=sealed(digest + key_))) is None


@given(keys)
@examples(170)
def test_a_cursor_forged_for_this_query_begins_elsewhere_at_most(key_: bytes) -> None:
    begins_elsewhere_at_most(sealed(REAL[:8] + key_))


@given(st.integers(0, len(REAL) - 1), st.integers(1, 255))
@examples(170)
def test_an_altered_cursor_leads_to_no_other_tenant(place: int, change: int) -> None:
    body = bytes(byte ^ change if at == place else byte for at, byte in enumerate(REAL))
    is_taken = begins_elsewhere_at_most(sealed(body))
    assert not (is_taken and place < 8)
    assert rendered(Query({"tenant": "victim"}, start=sealed(body))) is None


def test_a_command_keeps_what_it_was_built_with() -> None:
    given_key = {"tenant": "t", "note_id": "n"}
    words = ["a"]
    get, update = Get(given_key), Update(given_key, updates={"text": "x"}, condition={"words": words})
    before = [notes.request(one).body for one in (get, update)]
    given_key["tenant"] = "victim"
    assert [notes.request(one).body for one in (get, update)] == before
