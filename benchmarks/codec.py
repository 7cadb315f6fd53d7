"""
What it costs to write one item as DynamoDB JSON and to read it back, beside boto3's own serializer with `json`.

The item has ten fields of eight types and two key attributes. Both sides start and end with the same object; boto3's
side converts what `TypeSerializer` does not take (the datetime) and checks nothing. Rounds alternate, so that a busy
machine slows both sides alike; medians of all rounds are printed. A core that is shared with another program takes
half as long again, so the fastest round, which had it to itself, is printed beside the median.

    python benchmarks/codec.py [rounds]
"""

from __future__ import annotations

import json
import os
import platform
import sys
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import attrs
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from harness import held, ratio

from dynamo_document_builder import Entity, Table
from dynamo_document_builder.schema.items.registry import codec_of

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 201
CALLS = 500
TARGET_US = 3.0
TARGET_ENCODE, TARGET_DECODE = 0.15, 0.22


@attrs.define
class Address:
    street: str
    city: str
    zip: str


@attrs.define
class User:
    user_id: str
    name: str
    email: str
    age: int
    balance: Decimal
    tags: list[str]
    address: Address
    created_at: datetime
    nickname: str | None = None
    roles: set[str] = attrs.field(factory=set)


ITEM = User(
    user_id="u1",
    name="Alice Example",
    email="alice1@example.com",
    age=21,
    balance=Decimal("101.25"),
    tags=["a", "b", "c"],
    address=Address("1 Main", "X", "12345"),
    created_at=datetime(2026, 1, 2, 3, 4, 5, 1, tzinfo=UTC),
    nickname="Al",
    roles={"admin", "dev"},
)

codec = codec_of(User)
users = Entity(User, Table("app"), partition_key="USER#{user_id}", sort_key="META")
quote = json.encoder.encode_basestring
serialize = TypeSerializer().serialize
deserialize = TypeDeserializer().deserialize


def our_encode(user: User) -> bytes:
    return f'{{"PK":{{"S":{quote(f"USER#{user.user_id}")}}},"SK":{{"S":"META"}},{codec.encode(user)}}}'.encode()


def their_encode(user: User) -> bytes:
    values: dict[str, Any] = {"PK": f"USER#{user.user_id}", "SK": "META"}
    for name in User.__annotations__:
        values[name] = getattr(user, name)
    values["address"] = {"street": user.address.street, "city": user.address.city, "zip": user.address.zip}
    values["created_at"] = user.created_at.isoformat()
    return json.dumps({name: serialize(value) for name, value in values.items() if value is not None}).encode()


def their_decode(raw: bytes) -> User:
    values = {name: deserialize(value) for name, value in json.loads(raw).items()}
    return User(
        user_id=values["user_id"],
        name=values["name"],
        email=values["email"],
        age=int(values["age"]),
        balance=values["balance"],
        tags=values["tags"],
        address=Address(**values["address"]),
        created_at=datetime.fromisoformat(values["created_at"]),
        nickname=values.get("nickname"),
        roles=values.get("roles", set()),
    )


def microseconds(function: Callable[[Any], object], argument: object) -> float:
    start = perf_counter()
    for _ in range(CALLS):
        function(argument)
    return (perf_counter() - start) / CALLS * 1e6


def alternated(rounds: int, *calls: tuple[Callable[[Any], object], object]) -> list[list[float]]:
    """Return what each call took, measured in turn."""
    measured: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for times, (function, argument) in zip(measured, calls, strict=True):
            times.append(microseconds(function, argument))
    return measured


def first_use() -> float:
    """Return how long a schema takes from its class to its first item written and read, in milliseconds."""
    schema = attrs.make_class("User", {name: attrs.field(type=of) for name, of in User.__annotations__.items()})
    item = schema(**{name: getattr(ITEM, name) for name in User.__annotations__})
    start = perf_counter()
    new = codec_of(schema)
    new.decode(f"{{{new.encode(item)}}}".encode())
    return (perf_counter() - start) * 1e3


def row(what: str, ours: list[float], theirs: list[float], target: float) -> None:
    of, middle, fastest = ratio(ours, theirs), median(ours), min(ours)
    print(
        f"{what:8} {middle:8.2f} us {fastest:8.2f} us {median(theirs):8.2f} us {of:8.3f}   "
        f"at most {target}x: {held(of, target)}, "
        f"at most {TARGET_US:.0f} us: {held(middle, TARGET_US)}, fastest {held(fastest, TARGET_US)}"
    )


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    our_raw, their_raw = our_encode(ITEM), their_encode(ITEM)
    if not codec.decode(our_raw) == their_decode(our_raw) == codec.decode(their_raw) == ITEM:
        raise SystemExit("the two sides do not agree on the item")
    encode, their_encode_times, decode, their_decode_times, bare, whole = alternated(
        rounds,
        (our_encode, ITEM),
        (their_encode, ITEM),
        (codec.decode, our_raw),
        (their_decode, our_raw),
        (codec.encode, ITEM),
        (users.__model__.encode, ITEM),
    )
    packages = ", ".join(f"{name} {version(name)}" for name in ("attrs", "msgspec", "boto3"))
    print(f"One item of 12 attributes, {len(our_raw)} bytes; Python {platform.python_version()}, {packages}")
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; targets in us are for no load")
    print(f"medians of {rounds} alternated rounds of {CALLS} calls; boto3 is TypeSerializer/TypeDeserializer with json")
    print(f"{'':8} {'ours':>11} {'fastest':>11} {'boto3':>11} {'ratio':>8}")
    row("encode", encode, their_encode_times, TARGET_ENCODE)
    row("decode", decode, their_decode_times, TARGET_DECODE)
    print(
        f"encode without the two key attributes {median(bare):.2f} us; "
        f"by an entity that builds and checks them {median(whole):.2f} us"
    )
    print(f"first use of a schema, its code generated: {median(first_use() for _ in range(9)):.1f} ms")


if __name__ == "__main__":
    main()
