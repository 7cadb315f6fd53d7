"""
Whether the cost of one operation, or of one item, stays the same as there are more of them.

Client CPU only, with answers that are ready: no engine takes part. Memory is the peak that Python allocates while the
pages of a long read go by.

    python benchmarks/growth.py
"""

from __future__ import annotations

import json
import platform
import time
import tracemalloc
from typing import TYPE_CHECKING, Any, Final

from items import Order, User, user
from operations import stored_order

from dynamo_document_builder import Entity, Put, Query, Table, TransactGet, TransactWrite
from dynamo_document_builder.wire.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

OPERATIONS: Final = (1, 2, 5, 10, 25, 50, 100)
ITEMS: Final = (10, 100, 1_000, 10_000, 100_000)
PAGE: Final = 1_000
BEST_OF: Final = 15


class Ready:
    """Answers every request with what was made before."""

    def __init__(self, answer: Callable[[Request], bytes]) -> None:
        self.answer = answer

    def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ARG002  it is never late
        return Response(self.answer(request))


def microseconds(call: Callable[[], object], best_of: int = BEST_OF) -> float:
    """Return the least CPU time of several runs: what the work costs when nothing interferes."""
    found: list[float] = []
    for _ in range(best_of):
        start = time.process_time()
        call()
        found.append(time.process_time() - start)
    return min(found) * 1e6


def users(transport: Ready) -> Entity[User]:
    return Entity(
        User,
        Table("app", transport=transport),
        partition_key="USER#{user_id}",
        sort_key="META",
    )


def orders(transport: Ready) -> Entity[Order]:
    return Entity(
        Order,
        Table("app", transport=transport),
        partition_key="CUST#{customer}",
        sort_key="ORDER#{order_id}",
    )


def operations() -> None:
    print("TransactWrite and TransactGet, microseconds of CPU per operation")
    writer = users(Ready(lambda _: b"{}"))
    for count in OPERATIONS:
        items = [user(number) for number in range(count)]
        stored = [json.loads(f"{{{writer.__model__.codec.encode(item)}}}") for item in items]
        reader = users(Ready(_answer({"Responses": [{"Item": item} for item in stored]})))
        keys = [{"user_id": item.user_id} for item in items]
        write = microseconds(lambda made=items: writer.send(TransactWrite(writes=[Put(item) for item in made])))
        read = microseconds(lambda of=reader, wanted=keys: of.send(TransactGet(keys=wanted)))
        print(f"  {count:7,} {write / count:8.2f} {read / count:8.2f}")


def _answer(body: dict[str, Any]) -> Callable[[Request], bytes]:
    text = json.dumps(body).encode()
    return lambda _: text


class Pages:
    """Gives pages of a thousand orders until so many items were given."""

    def __init__(self, count: int) -> None:
        page = min(count, PAGE)
        self.left = count // page
        items = json.dumps([stored_order(number) for number in range(page)])
        self.more = f'{{"Items":{items},"LastEvaluatedKey":{{"PK":{{"S":"a"}},"SK":{{"S":"b"}}}}}}'.encode()
        self.last = f'{{"Items":{items}}}'.encode()

    def __call__(self, _: Request) -> bytes:
        self.left -= 1
        return self.more if self.left else self.last


def read_all(count: int) -> int:
    return sum(1 for _ in orders(Ready(Pages(count))).paginate(Query(key={"customer": "cust-1"})).items())


def pages() -> None:
    print("items of a paginated query: microseconds of CPU per item, peak of memory in kB")
    for count in ITEMS:
        source = orders(Ready(lambda _: b"{}"))
        cost = _paged(source, count)
        tracemalloc.start()
        read_all(count)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"  {count:7,} {cost / count:8.2f} {peak / 1e3:9,.0f}")


def _paged(source: Entity[Order], count: int) -> float:
    found: list[float] = []
    for _ in range(3 if count > PAGE else BEST_OF):
        answers = Pages(count)  # made outside of what is measured
        source.table.connect(transport=Ready(answers))
        query = Query(key={"customer": "cust-1"})
        start = time.process_time()
        read = sum(1 for _ in source.paginate(query).items())
        found.append(time.process_time() - start)
        assert read == count
    return min(found) * 1e6


if __name__ == "__main__":
    print(f"Python {platform.python_version()}, {platform.machine()}")
    operations()
    pages()
