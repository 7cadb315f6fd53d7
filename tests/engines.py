"""
The engines that stand in for DynamoDB, and what each is known not to do.

A contract test runs on every engine present. What it needs beyond the common ground it says by name,
`engine.requires("token_replay")`, and is skipped, with the gap as the reason, where that is known to be missing.
`test_known_engine_gaps.py` checks the table below against the engines themselves.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config

from dynamo_document_builder.testing.memory.engine import MemoryDynamoDB

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import boto3

REGION = "us-east-1"
DYNOXIDE = Path(__file__).parent.parent / ".engine/node_modules/@dynoxide/linux-x64/dynoxide"

_READY_WITHIN = 20.0

CAPABILITIES = {
    "token_replay": "a ClientRequestToken sent again applies nothing",
    "token_mismatch": "a ClientRequestToken with another payload is IdempotentParameterMismatchException",
    "transact_get_100": "TransactGetItems reads 100 items",
    "transact_get_projection": "TransactGetItems leaves out what a ProjectionExpression does not name",
    "transact_get_projection_exact": "TransactGetItems adds no key attributes to a projection",
    "transact_get_unique_keys": "TransactGetItems refuses the same key twice",
    "item_size": "an item of exactly 400 KB, by DynamoDB's arithmetic, is stored",
    "transact_write_4mb": "TransactWriteItems refuses more than 4 MB",
    "transact_write_capacity": "TransactWriteItems reports consumed capacity",
    "single_capacity": "consumed capacity is that of the operation, and reported when it is asked for",
    "projection_capacity": "a read with a projection costs what the whole item does",
    "index_capacity": "consumed capacity tells the units of each index",
    "item_collection_metrics": "single writes report item collection metrics of a table with a local index",
    "transact_item_collection_metrics": "TransactWriteItems reports them too",
    "read_key_type": "a read with a key of the wrong type is refused",
    "missing_key_reason": "in a transaction, a missing key attribute is a ValidationError reason",
    "table_key_type_reason": "in a transaction, a table key of the wrong type is a ValidationError reason",
    "index_key_type_reason": "in a transaction, an index key of the wrong type is a ValidationError reason",
    "update_path_reason": "in a transaction, a path that does not exist is a ValidationError reason",
    "update_operand_reason": "in a transaction, arithmetic on what is no number is a ValidationError reason",
    "old_of_nothing": "an update that creates an item returns no old attributes",
    "list_end": "an index beyond the end of a list appends to it",
    "list_removals": "elements removed from a list by one update are those that were under the indexes before it",
    "unused_values": "unused expression values are refused",
    "placeholder_like_a_key": "a name's placeholder may be spelled like a key attribute, #0 like #0",
    "expression_syntax": "an expression that does not parse is a ValidationException",
    "expression_size": "an expression of more than 4096 bytes is refused",
    "functions_on_bytes": "begins_with and contains work on binary attributes",
    "size_of_missing": "a condition on the size of a missing attribute is false",
    "equal_to_missing": "a missing attribute equals nothing: not NULL, not another missing one",
    "order_across_types": "values of different types are neither less nor greater than each other",
    "same_operand_twice": "contains(#a, #a) is refused",
    "begins_with_case": "begins_with in a key condition tells upper case from lower case",
    "begins_with_operand_type": "begins_with with a number is refused",
    "empty_set": "an empty set is refused, in a transaction too",
    "duplicate_set_members": "a set with equal members is refused",
    "number_precision": "a number of more than 38 digits is refused",
    "number_range": "a number of 1E126 is refused",
    "number_canonical": "1.500 is stored as 1.5",
    "nesting_limit": "an item nested deeper than 32 levels is refused",
    "page_limit_cursor": "a page that ends exactly at Limit has a LastEvaluatedKey",
    "batch_write_25": "BatchWriteItem refuses more than 25 items",
    "multi_attribute_keys": "an index may have a key of several attributes, and is queried by them",
    "local_index_fetch": "a query of a local index fetches all attributes where the index does not copy them",
    "local_index_fetch_named": "a query of a local index fetches those that a ProjectionExpression names",
    "list_index_placeholder": "a projection may name an element of a list by a placeholder and an index, #0[1]",
    "contention": "concurrent transactions on an item conflict",
    "throttling": "requests are throttled",
    "unprocessed": "batches leave items unprocessed",
}
"""What DynamoDB does, by the name that a test asks for it."""

NOT_EMULATED = {
    "contention": "never conflicts",
    "throttling": "never throttles",
    "unprocessed": "processes every batch whole",
}
"""What no engine does, so that only a scripted transport can show it."""

GAPS: dict[str, dict[str, str]] = {
    "dynoxide": NOT_EMULATED
    | {
        "transact_get_projection_exact": "adds the key attributes to a projection in TransactGetItems",
        "projection_capacity": "counts a read with a projection by what comes of the item",
        "transact_item_collection_metrics": "reports no item collection metrics for TransactWriteItems",
        "old_of_nothing": "returns the key as the old attributes of an item that an update creates",
        "list_end": "fills a list with NULL up to an index beyond its end",
        "list_removals": "removes elements of a list one after the other, each moving those behind it",
        "begins_with_case": "takes A for a in begins_with of a key condition",
        "multi_attribute_keys": "does not parse a key condition on more than two attributes",
        "local_index_fetch_named": "returns what a local index copies of a projection, and fetches nothing",
    },
    "memory": NOT_EMULATED,
    "moto": NOT_EMULATED
    | {
        "token_replay": "ignores ClientRequestToken, so a replay runs again",
        "token_mismatch": "ignores ClientRequestToken, so another payload runs",
        "transact_get_100": "reads at most 25 items in TransactGetItems",
        "transact_get_projection": "ignores ProjectionExpression in TransactGetItems",
        "transact_get_projection_exact": "ignores ProjectionExpression in TransactGetItems",
        "transact_get_unique_keys": "accepts the same key twice in TransactGetItems",
        "item_size": "measures an item by its JSON, and so refuses what is not yet 400 KB",
        "transact_write_4mb": "accepts a transaction of more than 4 MB",
        "transact_write_capacity": "reports no consumed capacity for TransactWriteItems",
        "single_capacity": "reports half a unit for every read and update, asked or not",
        "projection_capacity": "reports half a unit for every read",
        "index_capacity": "reports no capacity units of indexes",
        "item_collection_metrics": "reports no item collection metrics",
        "transact_item_collection_metrics": "reports no item collection metrics",
        "read_key_type": "finds nothing under a key of the wrong type",
        "missing_key_reason": "gives the reason KeyError for a missing key attribute",
        "table_key_type_reason": "refuses a table key of the wrong type at the top level, not as a reason",
        "index_key_type_reason": "accepts an index key of the wrong type",
        "update_path_reason": "refuses a path that does not exist at the top level, not as a reason",
        "update_operand_reason": "refuses arithmetic on what is no number at the top level, not as a reason",
        "unused_values": "accepts unused expression values",
        "placeholder_like_a_key": "takes a placeholder for the key attribute that is spelled like it",
        "expression_syntax": "lets a Python error out for an expression that does not parse",
        "expression_size": "accepts an expression of more than 4096 bytes",
        "functions_on_bytes": "never finds bytes in bytes",
        "size_of_missing": "lets a Python error out for the size of a missing attribute",
        "equal_to_missing": "takes missing attributes for equal, to NULL too",
        "order_across_types": "lets a Python error out for values of different types",
        "same_operand_twice": "accepts contains(#a, #a)",
        "begins_with_operand_type": "lets a Python error out for begins_with with a number",
        "empty_set": "accepts an empty set in TransactWriteItems",
        "duplicate_set_members": "accepts a set with equal members",
        "number_precision": "accepts a number of more than 38 digits",
        "number_range": "accepts a number of 1E126",
        "number_canonical": "stores 1.500 as it is",
        "nesting_limit": "accepts an item nested deeper than 32 levels",
        "page_limit_cursor": "gives no LastEvaluatedKey when a page ends exactly at Limit",
        "batch_write_25": "accepts more than 25 items in BatchWriteItem",
        "local_index_fetch": "returns what a local index copies, and fetches nothing",
        "local_index_fetch_named": "returns what a local index copies of a projection, and fetches nothing",
        "list_index_placeholder": "refuses a projection that names an element of a list by a placeholder",
    },
}


@dataclass(frozen=True)
class Engine:
    """One engine that tests run on; without an endpoint it is in this process."""

    name: str
    endpoint: str | None = None
    gaps: Mapping[str, str] = field(default_factory=dict[str, str])

    def has(self, capability: str) -> bool:
        if capability not in CAPABILITIES:
            raise KeyError(f"unknown capability {capability!r}; add it to CAPABILITIES and to the engines' GAPS")
        return capability not in self.gaps

    def requires(self, *capabilities: str) -> None:
        """Skip the running test, naming the gap, on an engine known to lack one of these."""
        for capability in capabilities:
            if not self.has(capability):
                pytest.skip(f"{self.name} {self.gaps[capability]} [{capability}]")


@cache
def engine_names() -> list[str]:
    """Return the engines that can be used here, the reference first."""
    names = ["dynoxide"] if _runs(DYNOXIDE) else []
    names += ["memory", "moto"]
    if "DYNAMODB_ENDPOINT" in os.environ:
        names.append("custom")
    return names


ONE_ENGINE = pytest.mark.one_engine
"""For what is the library's work alone, and many cases of it: the best engine present is enough."""


REACHABLE = pytest.mark.reachable
"""For what another program or a proxy asks an engine: those in this process are left out."""

_IN_PROCESS = ("memory", "moto")


def engines_for(test: pytest.Item) -> list[str]:
    """Return the engines that a test runs on; without any that fits, the test is to skip itself."""
    names = engine_names()
    if test.get_closest_marker("reachable") is not None:
        names = [name for name in names if name not in _IN_PROCESS] or names[:1]
    return names if test.get_closest_marker("one_engine") is None else names[:1]


def _runs(program: Path) -> bool:
    if shutil.which(program) is None:
        return False
    return subprocess.run([program, "--version"], check=False, capture_output=True).returncode == 0


def make_client(session: boto3.Session, engine: Engine) -> Any:
    """Return a new boto3 client for an engine; whoever asked for it closes it."""
    if engine.name == "memory":
        return MemoryDynamoDB().client()
    credentials: dict[str, str] = {}
    if engine.name != "custom" or "AWS_ACCESS_KEY_ID" not in os.environ:
        credentials = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return session.client(
        "dynamodb",
        endpoint_url=engine.endpoint,
        region_name=REGION,
        config=Config(retries={"mode": "standard"}, connect_timeout=5, read_timeout=30),
        **credentials,
    )


def create_table(
    client: Any,
    name: str,
    *,
    partition_key: str = "PK",
    sort_key: str | None = "SK",
    global_secondary_indexes: Mapping[str, tuple[str, ...]] | None = None,
    local_secondary_indexes: Mapping[str, str] | None = None,
    key_types: Mapping[str, str] | None = None,
) -> str:
    """
    Create a table, by default with the string keys PK and SK, wait until it is there, and return its name.

    A global index is given as its key attributes, a local one as its sort key; `key_types` names the key attributes
    that are not strings, such as `{"SK": "N"}`.
    """
    key = _key_schema(partition_key, sort_key)
    gsis = {index: _key_schema(*attributes) for index, attributes in (global_secondary_indexes or {}).items()}
    lsis = {index: _key_schema(partition_key, other) for index, other in (local_secondary_indexes or {}).items()}
    attributes = {part["AttributeName"] for schema in (key, *gsis.values(), *lsis.values()) for part in schema}
    types = key_types or {}
    options: dict[str, Any] = {}
    if gsis:
        options["GlobalSecondaryIndexes"] = _indexes(gsis)
    if lsis:
        options["LocalSecondaryIndexes"] = _indexes(lsis)
    created = client.create_table(
        TableName=name,
        KeySchema=key,
        AttributeDefinitions=[{"AttributeName": a, "AttributeType": types.get(a, "S")} for a in sorted(attributes)],
        BillingMode="PAY_PER_REQUEST",
        **options,
    )
    if created["TableDescription"]["TableStatus"] != "ACTIVE":
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    return name


def _key_schema(partition_key: str, sort_key: str | None = None) -> list[dict[str, str]]:
    schema = [{"AttributeName": partition_key, "KeyType": "HASH"}]
    return schema if sort_key is None else [*schema, {"AttributeName": sort_key, "KeyType": "RANGE"}]


def _indexes(schemas: Mapping[str, list[dict[str, str]]]) -> list[dict[str, Any]]:
    return [
        {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}
        for name, schema in schemas.items()
    ]


@contextmanager
def running_dynoxide(log: Path) -> Iterator[str]:
    """Run the reference engine, empty and in memory, and give its endpoint."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (
        log.open("wb") as output,
        subprocess.Popen([DYNOXIDE, "--port", str(port)], stdout=output, stderr=output) as process,
    ):
        try:
            _wait_until_ready(process, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            _stop(process)


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        probe = subprocess.run(
            [DYNOXIDE, "healthcheck", "--port", str(port), "--timeout", "1"], check=False, capture_output=True
        )
        if probe.returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError(f"dynoxide did not come up on port {port}:\n{log.read_text()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
