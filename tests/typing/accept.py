"""What people write, and the types they get: clean in mypy and pyright, both strict."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from threading import Event as Signal
from typing import Any, assert_type
from uuid import uuid4

from dynamo_document_builder import (
    BotocoreTransport,
    CancellationReason,
    ConditionCheck,
    ConditionFailedError,
    ConsumedCapacity,
    Database,
    Delete,
    DeleteResult,
    Entity,
    FailedClause,
    Get,
    GetResult,
    GlobalIndex,
    IndexKeys,
    ItemCollectionMetrics,
    LocalIndex,
    PreparedTransactGet,
    PreparedWrites,
    Put,
    PutResult,
    Raw,
    Request,
    ResponseMetadata,
    StoredItemError,
    Table,
    TableTransactGet,
    TableTransactGetResult,
    TableTransactWrite,
    TransactGet,
    TransactGetResult,
    TransactionCanceledError,
    TransactWrite,
    TransactWriteResult,
    Update,
    UpdateResult,
    add,
    greater_than_or_equal,
    index_key,
    item_exists,
    item_not_exists,
    key,
)
from tests.typing.things import (
    KEY,
    Event,
    Item4,
    Item5,
    Item6,
    Item7,
    Item8,
    Item9,
    Order,
    User,
    database,
    events,
    items4,
    items5,
    items6,
    items7,
    items8,
    items9,
    orders,
    table,
    users,
)

ALICE = User("u1", "Alice")

# Single commands, with what their results hold.
put = users.send(Put(ALICE))
assert_type(put, PutResult[User])
assert_type(put.return_item, User | None)
assert_type(put.item_error, StoredItemError | None)
assert_type(put.response_metadata, ResponseMetadata)
assert_type(put.consumed_capacity, ConsumedCapacity | None)
assert_type(put.item_collection_metrics, ItemCollectionMetrics | None)
got = users.send(Get(KEY))
assert_type(got, GetResult[User])
assert_type(got.item, User | None)
assert_type(users.send(Get(key=KEY, consistent=True, timeout=1, abort=Signal())).item, User | None)
assert_type(users.send(Get(ALICE)).item, User | None)
updated = users.send(Update(KEY, updates={"name": "x"}, return_values="ALL_NEW"))
assert_type(updated, UpdateResult[User])
assert_type(updated.updated_item, User | None)
assert_type(updated.updated_fields, Mapping[str, Any] | None)
deleted = users.send(Delete(KEY, condition={"balance": 0}, return_values="ALL_OLD"))
assert_type(deleted, DeleteResult[User])
assert_type(deleted.deleted_item, User | None)
read = users.send(TransactGet(keys=[KEY, ALICE, {"user_id": "u2"}]))
assert_type(read, TransactGetResult[User])
assert_type(read.items, list[User | None])
assert_type(read.consumed_capacity, tuple[ConsumedCapacity, ...])
assert_type(orders.send(Get({"order_id": "o1"})).item, Order | None)

# A transaction of one entity.
debit = Update(key=KEY, updates={"balance": add(-30)}, condition={"balance": greater_than_or_equal(30)})
written = users.send(
    TransactWrite(
        writes=[
            ConditionCheck(key={"user_id": "u3"}, condition={"name": "Bob"}),
            debit,
            Delete(key={"user_id": "u2"}),
            Put(User("u4", "Dan"), label="new"),
        ],
        idempotency_token="transfer-1",
        return_consumed_capacity="TOTAL",
        return_item_collection_metrics="SIZE",
        timeout=2.5,
    )
)
assert_type(written, TransactWriteResult)
assert_type(written.idempotency_token, str)
assert_type(written.attempts, int)
assert_type(written.item_collection_metrics, dict[str, tuple[ItemCollectionMetrics, ...]])
users.send(TransactWrite(writes=[Put(ALICE)], idempotency_token=uuid4()))
users.send(TransactWrite(writes=(Put(ALICE), Delete(KEY))))
users.send(TransactWrite(writes=[Delete(KEY), Delete({"user_id": "u2"})]))
users.send(TransactWrite(writes=[Put(User(str(n), "x")) for n in range(3)]))

# Commands named before they are sent, and lists built beforehand.
named_put = Put(ALICE, condition=item_not_exists())
named_get = Get(KEY)
named_update = Update(KEY, updates={"name": "x"})
named_delete = Delete(KEY)
named_read = TransactGet([KEY])
named_write = TransactWrite(writes=[named_put, named_update])
assert_type(named_put, Put[User])
assert_type(users.send(named_put).return_item, User | None)
assert_type(users.send(named_get).item, User | None)
assert_type(users.send(named_update).updated_item, User | None)
assert_type(users.send(named_delete).deleted_item, User | None)
assert_type(users.send(named_read).items, list[User | None])
assert_type(users.send(named_write), TransactWriteResult)
inserts = [Put(ALICE), Put(User("u2", "Bob"))]
users.send(TransactWrite(writes=inserts))
users.prepare(inserts)
unchanged = ConditionCheck(ALICE)
mixed = [Put(ALICE), Delete(KEY), debit, ConditionCheck({"user_id": "u9"}, condition=item_exists())]
users.send(TransactWrite(writes=mixed))
users.prepare(mixed)
deletes = [Delete(KEY)]
users.send(TransactWrite(writes=deletes))
users.prepare(deletes)
several = [Put(ALICE), Delete(KEY)]
users.send(TransactWrite(writes=several))
users.prepare(several)
table.send(TableTransactWrite([users.prepare(several), orders.prepare([Put(Order("o1"))])]))

# Dry runs.
assert_type(users.request(named_put), Request)
assert_type(users.request(named_put).payload, dict[str, Any])
assert_type(table.request(TableTransactWrite([users.prepare([named_put])])), Request)
assert_type(database.request(TableTransactWrite([users.prepare([named_put])])), Request)

# Transactions of several entities and tables.
assert_type(users.prepare([Put(ALICE), Delete(KEY)]), PreparedWrites)
assert_type(users.prepare(TransactGet([KEY])), PreparedTransactGet[User])
groups = [users.prepare([Put(ALICE)]), orders.prepare([Update({"order_id": "o"}, updates={"status": "x"})])]
assert_type(table.send(TableTransactWrite(groups)), TransactWriteResult)
assert_type(database.send(TableTransactWrite(transactions=groups, idempotency_token="t")), TransactWriteResult)
table.send(TableTransactWrite([*groups, Raw({"Delete": {"TableName": "app", "Key": {}}})]))
table.send(TableTransactWrite([Raw({"Delete": {"TableName": "app", "Key": {}}}, label="x")]))
table.send(TableTransactWrite(transactions=(users.prepare([Put(ALICE)]), Raw({"Put": {"TableName": "table-t"}}))))

u = users.prepare(TransactGet([KEY]))
o = orders.prepare(TransactGet([{"order_id": "o1"}, {"order_id": "o2"}]))
e = events.prepare(TransactGet([{"tenant": "t", "event_id": "e"}]))
i4 = items4.prepare(TransactGet([{"id": "x"}]))
i5 = items5.prepare(TransactGet([{"id": "x"}]))
i6 = items6.prepare(TransactGet([{"id": "x"}]))
i7 = items7.prepare(TransactGet([{"id": "x"}]))
i8 = items8.prepare(TransactGet([{"id": "x"}]))
i9 = items9.prepare(TransactGet([{"id": "x"}]))
assert_type(table.send(TableTransactGet((u,))).items, tuple[list[User | None]])
assert_type(table.send(TableTransactGet(gets=(u, o))).items, tuple[list[User | None], list[Order | None]])
assert_type(table.send(TableTransactGet((u, o))), TableTransactGetResult[list[User | None], list[Order | None]])
assert_type(database.send(TableTransactGet((u, o))).items, tuple[list[User | None], list[Order | None]])
found_users, found_orders = table.send(TableTransactGet((u, o))).items
assert_type(found_users, list[User | None])
assert_type(found_orders, list[Order | None])
assert_type(
    table.send(TableTransactGet((u, o, e))).items, tuple[list[User | None], list[Order | None], list[Event | None]]
)
assert_type(
    table.send(TableTransactGet((u, o, e, i4))).items,
    tuple[list[User | None], list[Order | None], list[Event | None], list[Item4 | None]],
)
assert_type(
    table.send(TableTransactGet((u, o, e, i4, i5))).items,
    tuple[list[User | None], list[Order | None], list[Event | None], list[Item4 | None], list[Item5 | None]],
)
assert_type(
    table.send(TableTransactGet((u, o, e, i4, i5, i6))).items,
    tuple[
        list[User | None],
        list[Order | None],
        list[Event | None],
        list[Item4 | None],
        list[Item5 | None],
        list[Item6 | None],
    ],
)
assert_type(
    table.send(TableTransactGet((u, o, e, i4, i5, i6, i7))).items,
    tuple[
        list[User | None],
        list[Order | None],
        list[Event | None],
        list[Item4 | None],
        list[Item5 | None],
        list[Item6 | None],
        list[Item7 | None],
    ],
)
eight = TableTransactGet((u, o, e, i4, i5, i6, i7, i8))
assert_type(
    table.send(eight).items,
    tuple[
        list[User | None],
        list[Order | None],
        list[Event | None],
        list[Item4 | None],
        list[Item5 | None],
        list[Item6 | None],
        list[Item7 | None],
        list[Item8 | None],
    ],
)
assert_type(
    table.send(eight.and_(i9)).items,
    tuple[
        list[User | None],
        list[Order | None],
        list[Event | None],
        list[Item4 | None],
        list[Item5 | None],
        list[Item6 | None],
        list[Item7 | None],
        list[Item8 | None],
        list[Item9 | None],
    ],
)
many: tuple[PreparedTransactGet[User], ...] = (u,) * 9
assert_type(table.send(TableTransactGet(many)).items, tuple[list[User | None], ...])
same_entity = [users.prepare(TransactGet([KEY])) for _ in range(20)]
assert_type(table.send(TableTransactGet(tuple(same_entity))).items, tuple[list[User | None], ...])
table.send(TableTransactGet((u, o), timeout=1.0, return_consumed_capacity="TOTAL", skip_validation=True))
named_both = TableTransactGet((u, o))
assert_type(named_both, TableTransactGet[list[User | None], list[Order | None]])
assert_type(table.send(named_both).items, tuple[list[User | None], list[Order | None]])


# A function of one's own over any entity.
def fetch(entity: Entity[User], user_id: str) -> User | None:
    return entity.send(Get({"user_id": user_id})).item


# Definitions.
described = Table(
    "app",
    partition_key="id",
    sort_key=None,
    global_secondary_indexes={"AAA": GlobalIndex(partition_key="a"), "BBB": {"partition_key": "b", "sort_key": None}},
    local_secondary_indexes={"CCC": LocalIndex(sort_key="c"), "DDD": {"sort_key": "d"}},
)
Entity(
    User,
    described,
    partition_key=lambda u: u.user_id,
    global_secondary_indexes={
        "AAA": IndexKeys(partition_key=lambda u: index_key(u.email)),
        "BBB": {"partition_key": lambda u: u.name.upper()},
    },
    local_secondary_indexes={"CCC": {"sort_key": lambda u: u.balance}},
    name="Member",
)


def partition(user: User) -> str:
    return key("USER", user.user_id)


assert_type(Entity(User, table, partition_key=partition, sort_key=lambda _: "META"), Entity[User])
assert_type(key("a", 1, Decimal(2)), str)
assert_type(index_key("a", None), str | None)
client: Any = None
table.connect(client)
database.connect(transport=BotocoreTransport(client))
assert_type(Database(client).table("app", partition_key="id", sort_key=None), Table)

# Errors.
try:
    users.send(named_write)
except TransactionCanceledError as error:
    assert_type(error.reasons, tuple[CancellationReason, ...])
    assert_type(error.reason_for(named_put).failed, bool)
    assert_type(error.by_label["x"].code, str)
    assert_type(error.by_label["x"].failed_clauses, tuple[FailedClause, ...])
    assert_type(error.idempotency_token, str | None)
except ConditionFailedError as error:
    assert_type(error.after_retry, bool)
    for clause in error.failed_clauses:
        assert_type(clause, FailedClause)
        assert_type(clause.path, str)
        assert_type(clause.operator, str)
        assert_type(clause.explain(), str)
        assert_type(clause.passed, bool)
