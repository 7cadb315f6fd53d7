"""A process of its own for `test_first_use.py`: everything used for the first time, by eight threads at once."""

from __future__ import annotations

import sys
from importlib import import_module
from threading import Barrier, Thread
from typing import Any

import attrs

THREADS = 8
PACKAGE = "dynamo_document_builder"
ITEM = b'{"PK":{"S":"1"},"SK":{"S":"S"},"k":{"S":"1"},"inner":{"M":{"a":{"S":"x"}}},"many":{"L":[{"M":{}}]}}'
REFUSED = b'{"CancellationReasons":[{"Code":"ConditionalCheckFailed","Item":' + ITEM + b'},{"Code":"None"}]}'
CAPACITY = b',"ConsumedCapacity":[{"TableName":"app","CapacityUnits":2,"Table":{"CapacityUnits":2}}]}'


class Answers:
    """Answers every request at once, with no engine."""

    def send(self, request: Any, _timeout: float | None = None, /) -> Any:
        if request.operation == "TransactWriteItems":
            errors, facts = import_module(f"{PACKAGE}.errors"), import_module(f"{PACKAGE}.facts")
            raise errors.TransactionCanceledError("refused", fault=facts.Fault(body=REFUSED))
        body = b'{"Responses":[{"Item":' + ITEM + b"},{}]" + CAPACITY
        if request.operation == "GetItem":
            body = b'{"Item":' + ITEM + b"}"
        return import_module(f"{PACKAGE}.wire.request").Response(body)


def schemas() -> tuple[type[Any], Any]:
    inner = attrs.make_class("Inner", {"a": attrs.field(type=str | None, default=None)})
    fields = {
        "k": attrs.field(type=str),
        "inner": attrs.field(type=inner | None, default=None),
        "many": attrs.field(type=list[inner], factory=list),
    }
    outer = attrs.make_class("Outer", fields)
    return outer, outer("1", inner("x"), [inner()])


def use(library: Any, entity: Any, item: Any, thread: int) -> None:
    def get() -> None:
        assert entity.send(library.Get({"k": "1"})).item == item

    def read() -> None:
        assert entity.send(library.TransactGet([{"k": "1"}, {"k": "2"}])).items == [item, None]

    def write() -> None:
        writes = [library.Put(item, condition=library.item_not_exists()), library.Delete({"k": "2"})]
        try:
            entity.send(library.TransactWrite(writes))
        except library.TransactionCanceledError as error:
            assert [reason.item for reason in error.reasons] == [item, None]  # noqa: PT017  no pytest in here

    steps = [get, read, write]
    for step in steps[thread % 3 :] + steps[: thread % 3]:
        step()


def once() -> None:
    """Import the library anew, and let all threads use it together."""
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]
    library = import_module(PACKAGE)
    schema, item = schemas()
    start, failures = Barrier(THREADS), list[BaseException]()

    def run(thread: int) -> None:
        try:
            start.wait()
            table = library.Table("app", transport=Answers())
            entity = library.Entity(schema, table, partition_key=lambda i: i.k, sort_key=lambda _: "S")
            use(library, entity, item, thread)
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
    for _ in range(int(sys.argv[1])):
        once()
