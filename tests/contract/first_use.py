"""A process of its own for `test_first_use.py`: everything used for the first time, by eight threads at once."""

from __future__ import annotations

import sys
from importlib import import_module
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any, Literal, Union

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 8
PACKAGE = "dynamo_document_builder"
KEY, OTHER = {"k": "1"}, {"k": "2"}
ITEM = b'{"PK":{"S":"1"},"SK":{"S":"S"},"k":{"S":"1"},"inner":{"M":{"a":{"S":"x"}}},"many":{"L":[{"M":{}}]}}'
CARD = b'{"PK":{"S":"1"},"SK":{"S":"S"},"k":{"S":"1"},"kind":{"S":"card"},"inner":{"M":{"a":{"S":"x"}}}}'
REFUSED = b'{"CancellationReasons":[{"Code":"ConditionalCheckFailed","Item":%s},{"Code":"None"}]}'
ANSWERS = {
    "GetItem": b'{"Item":%s}',
    "PutItem": b'{"Attributes":%s}',
    "TransactGetItems": b'{"Responses":[{"Item":%s},{}],'
    b'"ConsumedCapacity":[{"TableName":"app","CapacityUnits":2,"Table":{"CapacityUnits":2}}]}',
    "Query": b'{"Items":[%s],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"PK":{"S":"1"},"SK":{"S":"S"}}}',
    "Scan": b'{"Items":[%s],"Count":1,"ScannedCount":1}',
    "BatchGetItem": b'{"Responses":{"app":[%s]},"UnprocessedKeys":{}}',
    "BatchWriteItem": b'{"UnprocessedItems":{"app":[{"PutRequest":{"Item":%s}}]}}',
}


class Answers:
    """Answers every request at once, with no engine: there is one item."""

    def __init__(self, item: bytes) -> None:
        self.item = item

    def send(self, request: Any, _timeout: float | None = None, /) -> Any:
        if request.operation == "TransactWriteItems":
            errors, findings = import_module(f"{PACKAGE}.errors"), import_module(f"{PACKAGE}.errors.findings")
            raise errors.TransactionCanceledError("refused", fault=findings.Fault(body=REFUSED % self.item))
        return import_module(f"{PACKAGE}.wire.request").Response(ANSWERS[request.operation] % self.item)


def schemas() -> list[tuple[Any, Any, Any, bytes]]:
    """Return a class and a union, each with an item, a class with some of the fields, and the item as it is stored."""
    inner = attrs.make_class("Inner", {"a": attrs.field(type=str | None, default=None)})
    text, run_with_timeout = attrs.field(type=str), attrs.field(type=inner | None, default=None)
    many = attrs.field(type=list[inner], factory=list)
    outer = attrs.make_class("Outer", {"k": text, "inner": run_with_timeout, "many": many})
    card = attrs.make_class("Card", {"k": text, "kind": attrs.field(type=Literal["card"]), "inner": run_with_timeout})
    voucher = attrs.make_class("Voucher", {"k": text, "kind": attrs.field(type=Literal["voucher"]), "many": many})
    part = attrs.make_class("Part", {"k": text, "inner": run_with_timeout})
    either: Any = Union
    return [
        (outer, outer("1", inner("x"), [inner()]), part, ITEM),
        (either[card, voucher], card("1", "card", inner("x")), part, CARD),
    ]


class Uses:
    """What can be done with an entity of whose items there is one."""

    def __init__(self, library: Any, entity: Any, item: Any, part: Any) -> None:
        self.library = library
        self.entity = entity
        self.item = item
        self.part = part

    def get(self) -> None:
        assert self.entity.send(self.library.Get(KEY)).item == self.item

    def put(self) -> None:
        assert self.entity.send(self.library.Put(self.item, return_values="ALL_OLD")).return_item == self.item

    def transact_get(self) -> None:
        assert self.entity.send(self.library.TransactGet([KEY, OTHER])).items == [self.item, None]

    def transact_write(self) -> None:
        library = self.library
        writes = [library.Put(self.item, condition=library.item_not_exists()), library.Delete(OTHER)]
        try:
            self.entity.send(library.TransactWrite(writes))
        except library.TransactionCanceledError as error:
            assert [reason.item for reason in error.reasons] == [self.item, None]  # noqa: PT017  no pytest in here
        else:
            raise AssertionError("nothing was refused")

    def query(self) -> None:
        found = self.entity.send(self.library.Query(KEY))
        assert (found.items, found.cursor is None) == ([self.item], False)

    def scan(self) -> None:
        scan = self.library.Scan(total_segments=2)
        assert list(self.entity.paginate(scan, at_once=2).items()) == [self.item, self.item]

    def batch_get(self) -> None:
        assert self.entity.send(self.library.BatchGet([KEY, OTHER])).items == [self.item, None]

    def batch_write(self) -> None:
        once = self.library.RetryPolicy(max_attempts=1)
        try:
            self.entity.send(self.library.BatchWrite([self.item], retry=once))
        except self.library.BatchIncompleteError as error:
            assert error.unprocessed.items == (self.item,)  # noqa: PT017  no pytest in here
        else:
            raise AssertionError("nothing was left")

    def paths(self) -> None:
        [found] = self.entity.send(self.library.Query(KEY, projection=["k", "inner.a"])).items
        assert found == {"k": "1", "inner": {"a": "x"}}

    def parts(self) -> None:
        assert self.entity.send(self.library.Scan(projection=self.part)).items == [self.part("1", self.item.inner)]

    def steps(self) -> list[Callable[[], None]]:
        reads = [self.query, self.scan, self.get, self.batch_get, self.transact_get, self.paths, self.parts]
        return [*reads, self.transact_write, self.put, self.batch_write]


def entity_of(library: Any, schema: Any, stored: bytes) -> Any:
    table = library.Table("app", transport=Answers(stored))
    return library.Entity(schema, table, partition_key=lambda i: i.k, sort_key=lambda _: "S", name="Item")


def once(first: int) -> None:
    """Import the library anew, and let all threads use it together, from the use of that number on."""
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]
    library = import_module(PACKAGE)
    given = schemas()
    start, failures = Barrier(THREADS), list[BaseException]()

    def run(thread: int) -> None:
        try:
            start.wait()
            steps: list[Callable[[], None]] = []
            for schema, item, part, stored in given:
                steps += Uses(library, entity_of(library, schema, stored), item, part).steps()
            begin = (first + thread % 3) % len(steps)
            for step in steps[begin:] + steps[:begin]:
                step()
        except BaseException as error:  # noqa: BLE001  whatever it is, the test tells it
            failures.append(error)

    threads = [Thread(target=run, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


if __name__ == "__main__":
    sys.setswitchinterval(1e-6)
    for number in range(int(sys.argv[1])):
        once(number)
