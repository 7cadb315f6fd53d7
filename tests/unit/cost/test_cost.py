"""What commands cost, by DynamoDB's rules, and what of that is not known before they are sent."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    ConditionCheck,
    Cost,
    Database,
    Delete,
    Entity,
    Get,
    Put,
    Query,
    Raw,
    Scan,
    Table,
    TableBatchWrite,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactWrite,
    Units,
    Update,
    UsageError,
    add,
    add_to_set,
    append,
    attr,
    if_not_exists,
    increment,
    item_exists,
    item_not_exists,
    remove,
    remove_from_set,
    set_,
    stored,
)
from dynamo_document_builder.cost.step_costs import cost_of_step
from dynamo_document_builder.expressions.tree.changes import Assign
from dynamo_document_builder.expressions.tree.paths import ListAppend, Path
from tests.unit.things import MEMBER, Member, User, members, table, users

KEY = {"user_id": "u1"}
OLD = "the size of an item that it replaces"
BOTH = "the size of the item before and after"
DELETED = "the size of an item that it deletes"
CHECKED = "the size of the item it checks"
READ = "the size of the item it reads"
INDEXES = ("the writes to index GSI1", "the writes to index LSI1")
"""Its items are never in GSI2, which the entity has no keys for."""


@frozen
class Doc:
    k: str
    v: str = ""
    w: list[str] = []  # noqa: RUF008  never changed
    s: frozenset[str] = frozenset()
    n: int = 0
    m: dict[str, str] = {}  # noqa: RUF008  never changed


docs = Entity(Doc, Table("docs", partition_key="k", sort_key=None))


def doc(size: int) -> Doc:
    """Give a document that is so large, as it is stored: names, text, a number of one byte and two empty ones."""
    rest = len("k1vwnm") + 3 + 1 + 3
    return Doc("1", "x" * (size - rest))


@pytest.mark.parametrize(("size", "units"), [(20, 1), (1024, 1), (1025, 2), (10 * 1024, 10), (10 * 1024 + 1, 11)])
def test_a_put_costs_one_unit_per_begun_kb_and_twice_that_in_a_transaction(size: int, units: int) -> None:
    insert = Put(doc(size), condition=item_not_exists())
    assert docs.cost(insert).units == Units(write=units)
    assert docs.cost(insert).unknown == ()
    twice = docs.cost(TransactWrite([insert]))
    assert (twice.units, twice.without_transaction) == (Units(write=2 * units), Units(write=units))


def test_a_put_over_what_may_be_there_is_not_known_exactly() -> None:
    for condition in (None, item_exists(), item_not_exists() | (attr("n") == 3), ~item_exists()):
        assert docs.cost(Put(Doc("1"), condition=condition)).unknown == (OLD,)
    assert docs.cost(Put(Doc("1"), condition=[{"n": 1}, item_not_exists()])).unknown == ()


def test_writes_to_indexes_are_named_and_not_guessed() -> None:
    assert members.cost(Put(Member("t", "m"))).unknown == (OLD, *INDEXES)
    assert members.cost(Update({**MEMBER, "email": "e"}, updates={"visits": 1})).unknown == (BOTH, *INDEXES)
    assert members.cost(Delete(MEMBER)).unknown == (DELETED, *INDEXES)


indexed = Table(
    "indexed",
    partition_key="k",
    sort_key="s",
    global_secondary_indexes={
        "all": {"partition_key": "a"},
        "keys": {"partition_key": "b", "sort_key": "c", "projection": "KEYS_ONLY"},
        "some": {"partition_key": "b", "projection": ["big"]},
        "nobody": {"partition_key": "GSI9PK", "sort_key": "GSI9SK"},
    },
    local_secondary_indexes={"local": {"sort_key": "d"}},
)


@frozen
class Row:
    k: str
    s: str
    a: str | None = None
    b: str | None = None
    c: str | None = None
    d: str | None = None
    big: str = ""
    other: str = ""


rows = Entity(Row, indexed)
NEW = item_not_exists()


@pytest.mark.parametrize(
    ("fields", "in_table", "in_indexes"),
    [
        ({}, 1, 0),
        ({"a": "1"}, 1, 1),
        ({"a": "1", "other": "x" * 1500}, 2, 2),
        ({"b": "1"}, 1, 1),
        ({"b": "1", "c": "1"}, 1, 2),
        ({"b": "1", "c": "1", "big": "x" * 1500}, 2, 1 + 2),
        ({"b": "1", "c": "1", "other": "x" * 1500}, 2, 1 + 1),
        ({"c": "1"}, 1, 0),
        ({"d": "1", "big": "x" * 1500}, 2, 2),
        ({"a": "1", "b": "1", "c": "1", "d": "1"}, 1, 4),
    ],
)
def test_an_insert_into_known_indexes_costs_exactly_that(
    fields: dict[str, str], in_table: int, in_indexes: int
) -> None:
    insert = Put(Row("1", "2", **fields), condition=NEW)
    assert rows.cost(insert).units == Units(write=in_table + in_indexes)
    twice = rows.cost(TransactWrite([insert]))
    assert twice.units == Units(write=2 * in_table + in_indexes)  # the indexes are written once
    assert twice.without_transaction == Units(write=in_table + in_indexes)
    assert rows.cost(insert).unknown == twice.unknown == ()


def test_an_entity_says_nothing_of_indexes_that_it_has_no_keys_for() -> None:
    @frozen
    class Bare:
        k: str
        s: str

    bare = Entity(Bare, indexed)
    for command in (Put(Bare("1", "2")), Delete({"k": "1", "s": "2"})):
        assert not any("index" in one for one in bare.cost(command).unknown)
    assert bare.cost(Put(Bare("1", "2"), condition=NEW)).units == Units(write=1)


def test_attributes_that_no_field_has_may_be_the_key_of_any_index() -> None:
    @frozen
    class Loose:
        k: str
        s: str
        rest: dict[str, Any] = field(factory=dict[str, Any], metadata=stored(rest=True))

    loose = Entity(Loose, indexed)
    every = [f"the writes to index {name}" for name in ("all", "keys", "some", "nobody", "local")]
    assert loose.cost(Delete({"k": "1", "s": "2"})).unknown == (DELETED, *every)
    known = loose.cost(Put(Loose("1", "2", {"GSI9PK": "a", "GSI9SK": "b"}), condition=NEW))
    assert (known.units, known.unknown) == (Units(write=2), ())


@pytest.mark.parametrize(
    ("updates", "known"),
    [
        ({"v": "x" * 1023}, 2),
        ({"v": "x" * 1021}, 1),
        ({"v": "x" * 1022}, 2),
        ({"v": if_not_exists("x" * 9999)}, 1),
        ({"v": remove()}, 1),
        ({"n": add(3)}, 1),
        ({"n": increment(3)}, 1),
        ({"w": append(["x" * 3000])}, 3),
        ({"s": add_to_set({"x" * 3000})}, 3),
        ({"s": remove_from_set({"x" * 3000})}, 1),
        ({"s": frozenset()}, 1),
        ({"w[0]": "x" * 1500, "m.a": "x" * 1500}, 3),
    ],
)
def test_an_update_leaves_at_least_what_it_assigns(updates: Any, known: int) -> None:
    cost = docs.cost(Update({"k": "1"}, updates=updates))
    assert (cost.write_units, cost.unknown) == (known, (BOTH,))


def test_lists_that_are_joined_are_one() -> None:
    joined = Assign(Path(("w",)), ListAppend(["x" * 500], ["x" * 500]))
    exactly = 2 + 1 + 3 + 2 * 501
    assert exactly == 1008
    assert docs.cost(Update({"k": "1"}, updates=[joined])).write_units == 1


def test_a_check_is_counted_as_a_write_and_would_be_a_read_alone() -> None:
    check = ConditionCheck(KEY, condition=item_exists())
    cost = users.cost(TransactWrite([check, Delete({"user_id": "u2"})]))
    assert cost.units == Units(write=4)
    assert cost.without_transaction == Units(read=1, write=1)
    assert cost.unknown == (CHECKED, DELETED)


def test_reads() -> None:
    assert users.cost(Get(KEY)).units == Units(read=0.5)
    assert users.cost(Get(KEY, consistent=True)).units == Units(read=1)
    transaction = users.cost(TransactGet([KEY, {"user_id": "u2"}]))
    assert (transaction.units, transaction.without_transaction) == (Units(read=4), Units(read=2))
    assert transaction.unknown == (READ,)
    assert users.cost(BatchGet([KEY, KEY, {"user_id": "u2"}])).read_units == 1
    assert users.cost(BatchGet([KEY], consistent=True)).read_units == 1
    everything = "the size of all items that it reads"
    assert users.cost(Query(KEY)).unknown == (everything,)
    assert users.cost(Scan(consistent=True)).units == Units(read=1)
    assert users.cost(Scan(max_items=3)).unknown == (everything, "how many pages it takes")


def test_batches_of_writes_cost_what_single_ones_do() -> None:
    cost = docs.cost(BatchWrite([doc(1025), Doc("2")], deletes=[{"k": "3"}, {"k": "3"}]))
    assert cost.write_units == 2 + 1 + 1
    assert cost.without_transaction == cost.units


def test_commands_over_several_entities() -> None:
    writes = TableTransactWrite([users.prepare([Put(User("u1", "A"))])])
    assert table.cost(writes) == Database().cost(writes)
    assert table.cost(writes).write_units == 2
    assert table.cost(TableTransactGet((users.prepare(TransactGet([KEY])),))).read_units == 2
    assert table.cost(TableBatchWrite([users.prepare(BatchWrite(deletes=[KEY]))])).write_units == 1


WIRE_KEY = {"PK": {"S": "a"}, "SK": {"S": "b"}}
EXISTS = {"ConditionExpression": "attribute_exists(PK)"}


@pytest.mark.parametrize(
    ("operation", "units", "unknown"),
    [
        ({"Put": {"Item": {**WIRE_KEY, "v": {"S": "x" * 1500}}}}, 4, (OLD,)),
        ({"Put": {"Item": {**WIRE_KEY, "v": "x"}}}, 2, ("the size of the item, which is not valid DynamoDB JSON", OLD)),
        ({"Update": {"Key": WIRE_KEY, "UpdateExpression": "REMOVE v"}}, 2, (BOTH,)),
        ({"Delete": {"Key": WIRE_KEY}}, 2, (DELETED,)),
        ({"ConditionCheck": {"Key": WIRE_KEY, **EXISTS}}, 2, (CHECKED,)),
    ],
)
def test_raw_operations(operation: dict[str, Any], units: int, unknown: tuple[str, ...]) -> None:
    raw = Raw({kind: {"TableName": "app", **members} for kind, members in operation.items()})
    cost = table.cost(TableTransactWrite([raw]))
    assert (cost.write_units, cost.unknown) == (units, unknown)


def test_what_cannot_be_sent_has_no_cost() -> None:
    with pytest.raises(UsageError, match="blance"):
        users.cost(Update(KEY, updates={"blance": 3}))
    with pytest.raises(UsageError):
        table.cost(TableTransactWrite([]))
    with pytest.raises(UsageError):
        Database().cost(TableTransactWrite([]))
    with pytest.raises(TypeError):
        cost_of_step(3)  # type: ignore[arg-type]  # what nothing is registered for


def test_the_text() -> None:
    command = TransactWrite(
        [Put(User("u1", "A"), condition=item_not_exists()), ConditionCheck({"user_id": "u2"}, condition={"name": "x"})]
    )
    assert str(users.cost(command)) == (
        "TransactWrite: at least 4 write units (1 write unit and 1 read unit without a transaction)\n"
        "  [0] Put User user_id='u1': 2 write units\n"
        f"  [1] Check User user_id='u2': at least 2 write units; unknown: {CHECKED}"
    )
    assert str(users.cost(Get(KEY))) == f"Get User user_id='u1': at least 0.5 read units; unknown: {READ}"
    assert str(users.cost(TransactGet([KEY]))).startswith("TransactGet: at least 2 read units (1 read unit without")
    assert str(Units()) == "nothing"
    query = Query(index={"GSI1": {"email": "a"}})
    assert members.cost(query).operations[0].title == "Query Member email='a' in index GSI1"
    assert members.cost(Scan(index_name="GSI1")).operations[0].title == "Scan Member in index GSI1"


def test_it_is_a_value() -> None:
    cost = users.cost(Get(KEY))
    assert cost == users.cost(Get(KEY))
    assert hash(cost) == hash(users.cost(Get(KEY)))
    assert pickle.loads(pickle.dumps(cost)) == cost  # noqa: S301  our own
    assert isinstance(cost, Cost)


def test_typed_changes_cost_what_mappings_do() -> None:
    typed = users.changes(lambda u: [set_(u.name, "x" * 3000)])
    assert (
        users.cost(Update(KEY, updates=typed)).write_units
        == users.cost(Update(KEY, updates={"name": "x" * 3000})).write_units
        == 3
    )
