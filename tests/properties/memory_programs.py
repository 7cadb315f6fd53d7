"""Random requests of every operation, some of them invalid, to the tables in `memory_words.py`."""

from __future__ import annotations

from typing import Any, TypeAlias

from hypothesis import strategies as st

from tests.groves import INDEXES, SITES, TREES
from tests.properties.memory_words import (
    items,
    keys,
    numbers,
    rarely,
    some_keys,
    texts_of,
    with_expressions,
    wrong_keys,
)

Step: TypeAlias = tuple[str, dict[str, Any]]
"""An operation and its payload."""

tables = rarely(st.sampled_from([TREES, TREES, SITES]), st.just("no-table"))
CAPACITY = {"ReturnConsumedCapacity": st.sampled_from(["INDEXES", "TOTAL", "NONE"])}
METRICS = {"ReturnItemCollectionMetrics": st.sampled_from(["SIZE", "NONE"])}
OLD = {"ReturnValuesOnConditionCheckFailure": st.sampled_from(["ALL_OLD", "NONE"])}


def options(**choices: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=choices)


def returned(*usual: str) -> st.SearchStrategy[dict[str, Any]]:
    return options(
        ReturnValues=rarely(st.sampled_from(["ALL_OLD", "NONE", *usual]), st.sampled_from(["ALL_NEW", "ANY", ""])),
        **CAPACITY,
        **METRICS,
        **OLD,
    )


def known(table: str) -> str:
    return table if table in INDEXES else TREES


@st.composite
def puts(draw: st.DrawFn) -> Step:
    table = draw(tables)
    condition = draw(with_expressions(ConditionExpression="condition"))
    return "PutItem", {"TableName": table, "Item": draw(items(known(table))), **condition, **draw(returned())}


@st.composite
def deletes(draw: st.DrawFn) -> Step:
    table = draw(tables)
    condition = draw(with_expressions(ConditionExpression="condition"))
    return "DeleteItem", {"TableName": table, "Key": draw(keys(known(table))), **condition, **draw(returned())}


@st.composite
def updates(draw: st.DrawFn) -> Step:
    table = draw(tables)
    expressions = draw(with_expressions(UpdateExpression="update", ConditionExpression="condition"))
    more = draw(returned("ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"))
    return "UpdateItem", {"TableName": table, "Key": draw(keys(known(table))), **expressions, **more}


@st.composite
def gets(draw: st.DrawFn) -> Step:
    table = draw(tables)
    projection = draw(with_expressions(ProjectionExpression="projection"))
    more = draw(options(ConsistentRead=st.booleans(), **CAPACITY))
    return "GetItem", {"TableName": table, "Key": draw(keys(known(table))), **projection, **more}


@st.composite
def reads(draw: st.DrawFn, table: str) -> dict[str, Any]:
    """Give what a query and a scan have in common."""
    return draw(
        options(
            Limit=rarely(st.integers(1, 3), st.integers(-1, 0)),
            ConsistentRead=st.booleans(),
            Select=st.sampled_from(["ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT", "SPECIFIC_ATTRIBUTES"]),
            IndexName=rarely(st.sampled_from(INDEXES[table]), st.just("no-index")),
            ExclusiveStartKey=rarely(some_keys[table], wrong_keys),
            **CAPACITY,
        )
    )


@st.composite
def queries(draw: st.DrawFn) -> Step:
    table = draw(st.sampled_from([TREES, SITES]))
    members = draw(reads(table))
    condition = draw(key_conditions(members.get("IndexName", table)))
    others = draw(with_expressions(FilterExpression="condition", ProjectionExpression="projection"))
    for member in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        both = {**condition.pop(member, {}), **others.pop(member, {})}
        if both:
            members[member] = both
    forward = draw(options(ScanIndexForward=st.booleans()))
    return "Query", {"TableName": table, **members, **condition, **others, **forward}


KEY_TEXTS = {
    "by-species": [
        "species = :oak",
        "species = :oak AND girth > :three",
        "species = :oak AND girth BETWEEN :three AND :nine",
    ],
    "by-girth": ["grove = :oak", "grove = :oak AND girth <= :three", "girth > :three AND grove = :pine"],
    "by-status": ["#status = :raw"],
    SITES: ["#site = :three", "#site = :one"],
}


@st.composite
def key_conditions(draw: st.DrawFn, source: str) -> dict[str, Any]:
    if source not in KEY_TEXTS or draw(st.integers(0, 9)) == 0:
        text = draw(texts_of("key condition"))
        written, given_names, given_values = text.text, dict(text.names), dict(text.values)
    else:
        written = draw(st.sampled_from(KEY_TEXTS[source]))
        given = {":oak": {"S": "oak"}, ":pine": {"S": "pine"}, ":three": {"N": "3"}, ":nine": {"N": "9"}}
        given |= {":one": {"N": "1.0"}, ":raw": {"B": "b2Fr"}}
        given_names = {name: name[1:] for name in ("#status", "#site") if name in written}
        given_values = {name: value for name, value in given.items() if name in written}
    members = {"KeyConditionExpression": written, "ExpressionAttributeNames": given_names}
    members |= {"ExpressionAttributeValues": given_values}
    return {name: value for name, value in members.items() if value}


@st.composite
def scans(draw: st.DrawFn) -> Step:
    table = draw(st.sampled_from([TREES, SITES]))
    others = draw(with_expressions(FilterExpression="condition", ProjectionExpression="projection"))
    parallel = draw(options(Segment=st.integers(0, 1), TotalSegments=st.integers(1, 2)))
    return "Scan", {"TableName": table, **draw(reads(table)), **others, **parallel}


@st.composite
def batch_writes(draw: st.DrawFn) -> Step:
    asked: dict[str, list[Any]] = {}
    for _ in range(draw(st.integers(0, 4))):
        table = draw(tables)
        put = draw(st.booleans())
        write = (
            {"PutRequest": {"Item": draw(items(known(table)))}}
            if put
            else {"DeleteRequest": {"Key": draw(keys(known(table)))}}
        )
        asked.setdefault(table, []).append(write)
    return "BatchWriteItem", {"RequestItems": asked, **draw(options(**CAPACITY, **METRICS))}


@st.composite
def batch_gets(draw: st.DrawFn) -> Step:
    asked: dict[str, Any] = {}
    for table in draw(st.lists(tables, max_size=2, unique=True)):
        projection = draw(with_expressions(ProjectionExpression="projection"))
        found = draw(st.lists(keys(known(table)), max_size=3))
        asked[table] = {"Keys": found, **projection, **draw(options(ConsistentRead=st.booleans()))}
    return "BatchGetItem", {"RequestItems": asked, **draw(options(**CAPACITY))}


def _inner(step: Step, member: str) -> dict[str, Any]:
    left_out = {"ReturnValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"}
    return {member: {name: value for name, value in step[1].items() if name not in left_out}}


checks = deletes().filter(lambda step: "ConditionExpression" in step[1])
of_a_transaction = rarely(
    st.one_of(
        puts().map(lambda step: _inner(step, "Put")),
        updates().map(lambda step: _inner(step, "Update")),
        deletes().map(lambda step: _inner(step, "Delete")),
        checks.map(lambda step: _inner(step, "ConditionCheck")),
    ),
    st.sampled_from([{}, {"Get": {"TableName": TREES}}, {"Put": {"TableName": TREES}}]),
)


@st.composite
def write_transactions(draw: st.DrawFn) -> Step:
    members = {"TransactItems": draw(st.lists(of_a_transaction, max_size=4))}
    more = options(ClientRequestToken=st.sampled_from(["t1", "t2", "", "t" * 37]), **CAPACITY, **METRICS)
    return "TransactWriteItems", {**members, **draw(more)}


@st.composite
def read_transactions(draw: st.DrawFn) -> Step:
    asked: list[dict[str, Any]] = []
    for _, payload in draw(st.lists(gets(), max_size=3)):
        left_out = {"ConsistentRead", "ReturnConsumedCapacity"}
        asked.append({"Get": {name: value for name, value in payload.items() if name not in left_out}})
    return "TransactGetItems", {"TransactItems": asked, **draw(options(**CAPACITY))}


steps: st.SearchStrategy[Step] = st.one_of(
    puts(),
    puts(),
    updates(),
    updates(),
    deletes(),
    gets(),
    queries(),
    queries(),
    scans(),
    batch_writes(),
    batch_gets(),
    write_transactions(),
    write_transactions(),
    read_transactions(),
)


@st.composite
def damaged(draw: st.DrawFn) -> Step:
    """Give a request with a member left out, or of another type."""
    operation, payload = draw(steps)
    member = draw(st.sampled_from(sorted(payload)))
    other = draw(st.sampled_from([None, "", "x", 0, True, [], {}, ["x"], {"x": "y"}, {"x": {"S": "y"}}]))
    return operation, {**payload, member: other}


filling: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"crown": numbers.map(lambda number: {"N": number})},
    optional={
        "girth": st.sampled_from(["1", "3", "9"]).map(lambda number: {"N": number}),
        "species": st.sampled_from(["oak", "pine"]).map(lambda text: {"S": text}),
        "layers": st.just({"L": [{"N": "3"}, {"N": "9"}]}),
        "kinds": st.just({"SS": ["oak", "pine"]}),
        "lot": st.just({"M": {"city": {"S": "oak"}, "plots": {"L": []}}}),
    },
)
fillings: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(some_keys[TREES], filling).map(
        lambda both: ("PutItem", {"TableName": TREES, "Item": {**both[1], **both[0]}})
    ),
    max_size=5,
)
"""Writes that are valid, so that there is something to be found."""

programs = st.tuples(fillings, st.lists(rarely(steps, damaged()), min_size=1, max_size=6)).map(
    lambda both: [*both[0], *both[1]]
)
