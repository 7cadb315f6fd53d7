"""
The limits that are checked before sending are DynamoDB's own.

What is exactly at a limit is sent and accepted; what is over it never leaves.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen

from dynamo_document_builder import (
    Delete,
    Entity,
    Get,
    Put,
    ServiceError,
    Table,
    TransactGet,
    TransactWrite,
    Update,
    UsageError,
    attr,
    exists,
    is_in,
    item_exists,
    item_not_exists,
    or_,
)
from dynamo_document_builder.wire.request import Request
from tests.contract.ways import SENT

if TYPE_CHECKING:
    from tests.contract.conftest import Engine, OpenTable

pytestmark = SENT

ITEM_LIMIT = 400 * 1024
TOTAL_LIMIT = 4 * 1024 * 1024


@frozen
class Blob:
    n: str
    text: str = ""


@frozen
class Mixed(Blob):
    rest: Any = None


@pytest.fixture
def blobs(table: Table) -> Entity[Blob]:
    return Entity(Blob, table, partition_key=lambda b: b.n, sort_key=lambda _: "S")


@pytest.fixture
def mixed(table: Table) -> Entity[Mixed]:
    return Entity(Mixed, table, partition_key=lambda b: b.n, sort_key=lambda _: "S")


def padding(n: str) -> int:
    """Return the size of an item without its text: PK, SK, n and the name of text."""
    return len("PK") + len(n) + len("SK") + len("S") + len("n") + len(n) + len("text")


VALUES: dict[str, tuple[Any, int]] = {
    "null": (None, 1),
    "text": ("é🥪x", 7),
    "number": (Decimal("-123.45"), 3 + 1 + 1),
    "flag": (True, 1),
    "bytes": (b"abc", 3),
    "list": (["ab", "c"], 3 + 1 + 2 + 1 + 1),
    "map": ({"k": "ab"}, 3 + 1 + 1 + 2),
    "set": ({"ab", "c"}, 2 + 1),
    "map of lists": ({"k": [True, None]}, 3 + 1 + 1 + (3 + 1 + 1 + 1 + 1)),
}


@pytest.mark.parametrize("which", VALUES)
def test_an_item_of_exactly_400_kb_is_stored_and_a_byte_more_is_not_sent(
    mixed: Entity[Mixed], engine: Engine, which: str
) -> None:
    engine.requires("item_size")
    rest, size = VALUES[which]
    room = ITEM_LIMIT - padding("1") - len("rest") - size
    fitting = Mixed("1", "é" * (room // 2) + "x" * (room % 2), rest)
    mixed.send(Put(fitting))
    assert mixed.send(Get({"n": "1"})).item == fitting
    mixed.send(TransactWrite([Put(Mixed("1", "x" * room, rest))]))
    over = Put(Mixed("1", "x" * (room + 1), rest))
    for command in (over, TransactWrite([over])):
        with pytest.raises(UsageError, match="has 409601 bytes; DynamoDB stores at most 409600"):
            mixed.send(command)


@pytest.mark.parametrize("which", VALUES)
def test_the_engine_has_the_same_limit_of_400_kb(mixed: Entity[Mixed], engine: Engine, which: str) -> None:
    engine.requires("item_size")
    rest, size = VALUES[which]
    room = ITEM_LIMIT - padding("1") - len("rest") - size
    with pytest.raises(ServiceError) as refused:
        send_longer(mixed, Put(Mixed("1", "x" * room, rest)))
    assert refused.value.is_validation


def send_longer(entity: Entity[Any], command: Any) -> None:
    """Send the request of a command with one character more than the command has."""
    request = entity.request(command)
    transport = entity.table.__connection__.transport
    assert transport is not None
    longer = request.body.replace(b"xxxx", b"xxxxx", 1)
    transport.send(Request(request.operation, longer, request.tables))


def four_mb() -> list[Put[Blob]]:
    sizes = [ITEM_LIMIT] * 10 + [TOTAL_LIMIT - 10 * ITEM_LIMIT]
    return [Put(Blob(n, "x" * (size - padding(n)))) for n, size in zip("abcdefghijk", sizes, strict=True)]


def test_a_transaction_of_exactly_4_mb_is_accepted_and_a_byte_more_is_not_sent(
    blobs: Entity[Blob], engine: Engine
) -> None:
    engine.requires("item_size")
    writes = four_mb()
    blobs.send(TransactWrite(writes))
    assert blobs.send(Get({"n": "k"})).item == writes[-1].item
    more = Put(Blob("k", writes[-1].item.text + "x"))
    with pytest.raises(UsageError, match="4194305 bytes together; DynamoDB allows 4194304"):
        blobs.send(TransactWrite([*writes[:-1], more]))


def test_the_engine_has_the_same_limit_of_4_mb(blobs: Entity[Blob], engine: Engine) -> None:
    engine.requires("transact_write_4mb")
    *others, last = four_mb()
    with pytest.raises(ServiceError) as refused:
        send_longer(blobs, TransactWrite([last, *others]))
    assert refused.value.is_validation


def test_a_hundred_operations_are_accepted_and_one_more_is_not_sent(blobs: Entity[Blob], engine: Engine) -> None:
    puts = [Put(Blob(f"{n:03}"), condition=item_not_exists()) for n in range(101)]
    with pytest.raises(UsageError, match="101 operations"):
        blobs.send(TransactWrite(puts))
    blobs.send(TransactWrite(puts[:100]))
    if engine.has("transact_get_100"):
        found = blobs.send(TransactGet([{"n": f"{n:03}"} for n in range(100)])).items
        assert found == [put.item for put in puts[:100]]
    with pytest.raises(UsageError, match="no operations"):
        blobs.send(TransactWrite([]))


def test_is_in_takes_a_hundred_values_and_no_more(blobs: Entity[Blob]) -> None:
    blobs.send(Put(Blob("1", "99")))
    blobs.send(Update({"n": "1"}, updates={"text": "0"}, condition={"text": is_in(*map(str, range(100)))}))
    with pytest.raises(UsageError, match="1 to 100 values"):
        blobs.send(Update({"n": "1"}, updates={"text": "0"}, condition={"text": is_in(*map(str, range(101)))}))


def longest() -> Any:
    """Return a condition of exactly 4096 bytes when rendered, with few operators: 686 values in seven lists."""
    parts = [{"text": is_in(*(f"{part}-{n}" for n in range(100)))} for part in range(6)]
    return or_(*parts, {"text": is_in(*(f"6-{n}" for n in range(86)))}, exists(attr("text")))


def test_an_expression_of_4096_bytes_is_accepted_and_a_longer_one_is_not_sent(blobs: Entity[Blob]) -> None:
    blobs.send(Put(Blob("1")))
    command = Update({"n": "1"}, updates={"text": "6-1"}, condition=longest())
    assert len(blobs.request(command).payload["ConditionExpression"]) == 4096
    blobs.send(command)
    assert blobs.send(Get({"n": "1"})).item == Blob("1", "6-1")
    with pytest.raises(UsageError, match="has 4120 bytes; DynamoDB allows 4096"):
        blobs.send(Delete({"n": "1"}, condition=or_(longest(), item_exists())))


@pytest.mark.parametrize(("attribute", "limit"), [("PK", 2048), ("SK", 1024)])
def test_a_key_may_be_as_long_as_dynamodb_allows(open_table: OpenTable, attribute: str, limit: int) -> None:
    keys: dict[str, Any] = {"partition_key": lambda b: b.n, "sort_key": lambda _: "S"}
    if attribute == "SK":
        keys = {"partition_key": lambda _: "P", "sort_key": lambda b: b.n}
    blobs: Entity[Blob] = Entity(Blob, open_table(), **keys)
    longest_key = "é" * (limit // 2)
    blobs.send(TransactWrite([Put(Blob(longest_key), condition=item_not_exists())]))
    assert blobs.send(Get({"n": longest_key})).item == Blob(longest_key)
    with pytest.raises(UsageError, match=f"{limit + 1} bytes"):
        blobs.send(Get({"n": longest_key + "x"}))
    with pytest.raises(UsageError, match="empty"):
        blobs.send(Get({"n": ""}))


def test_nesting_of_32_levels_is_stored(mixed: Entity[Mixed]) -> None:
    value: Any = "x"
    for _ in range(31):
        value = [value]
    mixed.send(Put(Mixed("1", rest=value)))
    assert mixed.send(Get({"n": "1"})).item == Mixed("1", rest=value)
