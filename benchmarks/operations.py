"""
What one call costs in each library, per operation: client CPU and wall time, with an engine on the same machine.

    python benchmarks/operations.py [rounds]

Wall time is mostly the engine's, which shares the machine's processors; compare CPU. Ratios vary by 10 to 15 % from run
to run, single-item calls most.
"""

from __future__ import annotations

import importlib
import platform
import sys
from typing import TYPE_CHECKING, Any, Final

from awake import awake
from engine import client_of, endpoint
from harness import alternated, held
from items import ORDERS, order, order_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness import Costs

ROUNDS = 15
# Many in a row, as a service makes them: the first few after another library's turn find all caches cold.
CALLS: Final[Mapping[str, int]] = {
    "put": 300,
    "get": 300,
    "TransactWrite 10": 60,
    "TransactWrite 100": 10,
    "TransactGet 10": 100,
    "TransactGet 100": 20,
    "BatchGet 100": 20,
    "Query 1000": 8,
}
BY_CLIENT: Final = {
    "ours, HttpTransport": ("peers.ours", "direct"),
    "ours, BotocoreTransport": ("peers.ours", "through_boto3"),
    "boto3 client, TypeSerializer": ("peers.boto3_client", "operations"),
}
BY_ENDPOINT: Final = {
    "PynamoDB": ("peers.pynamodb_models", "operations"),
    "pydynox dict": ("peers.pydynox_clients", "dictionaries"),
    "pydynox model": ("peers.pydynox_clients", "models"),
}
TARGETS: Final = {
    ("ours, HttpTransport", "pydynox model"): (0.30, 0.30, 0.40, 0.25, 0.25, 0.25, 0.25, 0.16),
    ("ours, BotocoreTransport", "boto3 client, TypeSerializer"): (0.95, 0.95, 0.70, 0.25, 0.65, 0.27, 0.32, 0.17),
}

Operations = dict[str, "Callable[[], object]"]


def create(client: Any, table: str) -> None:
    client.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
        BillingMode="PAY_PER_REQUEST",
    )
    for start in range(0, ORDERS, 25):
        puts = [{"PutRequest": {"Item": stored_order(number)}} for number in range(start, start + 25)]
        client.batch_write_item(RequestItems={table: puts})


def stored_order(number: int) -> dict[str, Any]:
    one = order(number)
    texts = {**order_key(number), "order_id": one.order_id, "customer": one.customer, "status": one.status}
    wire: dict[str, Any] = {name: {"S": text} for name, text in {**texts, "note": one.note}.items()}
    return {**wire, "total": {"N": str(one.total)}, "quantity": {"N": str(one.quantity)}}


def candidates(url: str) -> dict[str, Operations]:
    """Return the operations of every library that is installed, each with a table and a client of its own."""
    client = client_of(url)
    found: dict[str, Operations] = {}
    for name, (module, function) in {**BY_CLIENT, **BY_ENDPOINT}.items():
        try:
            peer = importlib.import_module(module)
        except ImportError as error:
            print(f"{name}: left out, {error}")
            continue
        table = f"bench-{len(found)}"
        create(client, table)
        found[name] = getattr(peer, function)(client_of(url) if name in BY_CLIENT else url, table)
        found[name]["TransactWrite 100"]()
        print(f"{name}: {peer.VERSION}")
    return found


def report(costs: Mapping[str, Mapping[str, Costs]], kind: str) -> None:
    print(f"\n{kind} in microseconds per call, medians")
    print(f"{'':32}" + "".join(f"{operation:>19}" for operation in CALLS))
    for name in costs["put"]:
        row = "".join(f"{getattr(costs[operation][name], kind):19,.0f}" for operation in CALLS)
        print(f"{name:32}{row}")


def compare(costs: Mapping[str, Mapping[str, Costs]]) -> None:
    """Print the ratios that the library is held to."""
    for (one, other), targets in TARGETS.items():
        if one not in costs["put"] or other not in costs["put"]:
            continue
        print(f"\nCPU of {one} / {other}, medians of the ratios of each round")
        for operation, target in zip(CALLS, targets, strict=True):
            ratio = costs[operation][one].to(costs[operation][other])
            print(f"  {operation:20} {ratio:5.2f}   at most {target:.2f}   {held(ratio, target)}")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with awake() as processors, endpoint() as url:
        print(f"Python {platform.python_version()}, {platform.machine()}, {rounds} rounds, {processors}")
        libraries = candidates(url)
        costs = {
            operation: alternated(
                {name: operations[operation] for name, operations in libraries.items()}, calls=calls, rounds=rounds
            )
            for operation, calls in CALLS.items()
        }
    report(costs, "cpu")
    report(costs, "wall")
    compare(costs)


if __name__ == "__main__":
    main()
