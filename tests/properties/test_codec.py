"""What is written is read back as it was, whatever the schema; what does not fit is refused, and by its name."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import UNSET, Raw

from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.items.registry import Codec, codec_of
from dynamo_document_builder.wire.json.sizes import item_size
from dynamo_document_builder.wire.json.untyped import untyped_item
from tests.effort import examples
from tests.properties.strategies import (
    OTHERS,
    SCALARS,
    SETS,
    Card,
    Cash,
    Schema,
    any_schema,
    any_value,
    kinds,
    lists_of,
    maps_of,
    optional,
    types_of,
)

few = examples(20)


def encoded(codec: Codec[Any], item: Any) -> bytes:
    return f"{{{codec.encode(item)}}}".encode()


def attempted(call: Callable[[Any], Any], argument: Any) -> tuple[Any, set[str]]:
    """Return what a call gives, or the names of the fields it refuses; it may raise nothing else."""
    try:
        return call(argument), set()
    except MisfitError as error:
        return None, {re.split(r"[.\[]", failure.path)[0] for failure in error.failures}


@few
@given(any_schema, st.data())
def test_an_item_is_read_back_as_it_was_written(schema: Schema, data: st.DataObject) -> None:
    codec = codec_of(schema.cls)
    for _ in range(3):
        item = data.draw(schema.items)
        raw = encoded(codec, item)
        for back in (codec.decode(raw), codec.decode(Raw(raw)), codec.decode_trusted(raw)):
            assert back == item
            assert types_of(back) == types_of(item)
        assert codec.encode(codec.decode(raw)) == codec.encode(item) == codec.encode_trusted(item)


@few
@given(any_schema, st.data())
def test_order_spaces_escapes_and_unknown_attributes_do_not_matter(schema: Schema, data: st.DataObject) -> None:
    codec = codec_of(schema.cls)
    item = data.draw(schema.items)
    members = json.loads(encoded(codec, item))
    names = data.draw(st.permutations(list(members)))
    unknown = {"something else": {"S": "x"}} if "something else" not in members else {}
    raw = json.dumps(unknown | {name: members[name] for name in names}, indent=1).encode()
    assert codec.decode(raw) == item


@few
@given(any_schema, st.data())
def test_what_is_written_is_dynamodb_json(schema: Schema, data: st.DataObject) -> None:
    codec = codec_of(schema.cls)
    members = json.loads(encoded(codec, data.draw(schema.items)), object_pairs_hook=_without_repeats)
    stored = {info.attribute for info in codec.fields.values()}
    assert members.keys() <= stored
    untyped_item(members)
    assert item_size(members) >= sum(len(name.encode()) for name in members)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    assert len(members) == len(pairs)
    return members


@few
@given(kinds, st.data())
def test_a_value_alone_is_written_and_read_as_in_an_item(spec: Any, data: st.DataObject) -> None:
    schema = attrs.make_class("Alone", {"value": attrs.field(type=spec.annotation)})
    codec, value = codec_of(schema), data.draw(spec.values)
    info = codec.fields["value"]
    if value is None and info.optional:
        return
    text = codec.encode_field("value", value)
    assert codec.encode(schema(value)) == f'"value":{text}'
    back = info.kind.decode_wire(json.loads(text))
    assert back == value
    assert types_of(back) == types_of(value)


@few
@given(any_schema, st.data())
def test_a_value_of_another_type_is_refused_by_name_or_read_back(schema: Schema, data: st.DataObject) -> None:
    codec = codec_of(schema.cls)
    item, values = data.draw(schema.items), {}
    for name in data.draw(st.sets(st.sampled_from(list(codec.fields)))) if codec.fields else ():
        values[name] = data.draw(any_value | st.sampled_from([object(), 1j, "\ud800", [], {1: 2}, float("nan")]))
    changed = attrs.evolve(item, **{name.lstrip("_"): value for name, value in values.items()})
    raw, refused = attempted(lambda item: encoded(codec, item), changed)
    assert refused <= values.keys()
    if not refused:
        codec.decode(raw)


FEW_OF_EACH = [
    *SCALARS,
    *OTHERS,
    *SETS[:4],
    *[make(spec) for make in (lists_of, maps_of, optional) for spec in SCALARS[:5]],
]
SHAPES: list[Any] = [
    {"S": "text"},
    {"S": "2026-01-02T03:04:05Z"},
    {"N": "1"},
    {"N": "1.50"},
    {"B": "YQ=="},
    {"BOOL": True},
    {"NULL": True},
    {"NULL": False},
    {"L": []},
    {"L": [{"S": "text"}, {"N": "1"}, {"NULL": True}]},
    {"M": {}},
    {"M": {"a": {"N": "1"}}},
    {"M": {"kind": {"S": "card"}, "number": {"S": "1"}}},
    {"SS": ["b", "a"]},
    {"NS": ["2", "1"]},
    {"BS": ["YQ=="]},
    {"SS": []},
    {"S": 5},
    {"N": 5},
    {"N": "NaN"},
    {"N": "Infinity"},
    {"N": ""},
    {"B": "!"},
    {"BOOL": "true"},
    {"L": {}},
    {"M": []},
    {"X": "text"},
    {"S": "text", "N": "1"},
    {"S": "text", "NULL": True},
    {"S": None},
    {},
    [],
    "text",
    None,
    5,
]


@pytest.mark.parametrize("shape", SHAPES, ids=json.dumps)
def test_every_stored_shape_is_read_as_declared_or_refused(shape: Any) -> None:
    for spec in FEW_OF_EACH:
        for annotation in (spec.annotation, optional(spec).annotation):
            schema = attrs.make_class("Shaped", {"value": attrs.field(type=annotation)})
            _read_or_refused(codec_of(schema), json.dumps({"value": shape}).encode(), shape)


def _read_or_refused(codec: Codec[Any], raw: bytes, shape: Any) -> None:
    item, refused = attempted(codec.decode, raw)
    if item is None:
        assert refused == {"value"}
        return
    assert UNSET is not item.value
    assert "UNSET" not in repr(item)
    if len(shape) == 1:
        tags = codec.fields["value"].kind.wire_types
        assert shape == {"NULL": True} or not tags or shape.keys() <= tags
    if item.value not in (None, set(), frozenset()):
        again = encoded(codec, item)
        assert json.loads(again)["value"].keys() <= shape.keys()
        assert codec.decode(again) == item


@given(st.binary() | st.text().map(str.encode))
@example(b"")
@example(b"[]")
@example(b"null")
@example(b'{"name":' * 5000)
@example(b'{"name":[' * 5000)
def test_any_bytes_are_refused_as_what_they_are(raw: bytes) -> None:
    with pytest.raises(MisfitError):
        codec_of(Card).decode(raw)


@few
@given(any_schema, st.data())
def test_damaged_bytes_give_an_item_or_are_refused(schema: Schema, data: st.DataObject) -> None:
    codec = codec_of(schema.cls)
    raw = encoded(codec, data.draw(schema.items))
    for _ in range(5):
        place = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 4))
        damaged = (
            raw[:place]
            + data.draw(st.sampled_from([b"", b"0", b'"', b"}", b"{", b"\xff", b"\\ud800"]))
            + raw[place + cut :]
        )
        item, refused = attempted(codec.decode, damaged)
        assert refused or "UNSET" not in repr(item)


json_values = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["S", "N", "B", "M", "L", "SS", "NULL", "kind", "number", "amount"]), inner)
    ),
)


@attrs.frozen
class Everything:
    text: str
    number: int
    ratio: float | None
    exact: Decimal
    at: datetime | None
    tags: set[str]
    parts: list[Card | Cash]
    names: dict[str, str | None]
    either: str | int | Card
    pick: Literal["a", "b"]
    anything: Any
    pair: tuple[int, str]


@few
@given(st.dictionaries(st.sampled_from([field.name for field in attrs.fields(Everything)]), json_values))
def test_any_json_gives_an_item_or_is_refused_field_by_field(members: dict[str, Any]) -> None:
    codec = codec_of(Everything)
    item, refused = attempted(codec.decode, json.dumps(members).encode())
    assert refused <= codec.fields.keys()
    if not refused:
        assert codec.decode(encoded(codec, item)) == item


PROGRAM = """
import sys
from dynamo_document_builder.schema.items.registry import codec_of
from tests.properties.test_codec import SEEDED
sys.stdout.write(codec_of(type(SEEDED)).encode(SEEDED))
"""


@attrs.frozen
class Seeded:
    texts: set[str]
    numbers: frozenset[Decimal]
    blobs: set[bytes]
    anything: Any
    nested: list[set[str]]


WORDS = {f"word{number}" for number in range(40)}
SEEDED = Seeded(
    WORDS,
    frozenset(map(Decimal, range(40))),
    {word.encode() for word in WORDS},
    {"set": WORDS, "list": [WORDS, {1, 2, 30, Decimal("1.5")}]},
    [WORDS],
)


def test_equal_items_are_equal_bytes_in_every_process() -> None:
    texts = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "0123"
    }
    assert texts == {codec_of(Seeded).encode(SEEDED)}
