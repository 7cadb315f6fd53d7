"""Misuse that both type checkers refuse. An ignore that is no longer needed is itself an error."""

from __future__ import annotations

from dynamo_document_builder import (
    ConditionCheck,
    Delete,
    Entity,
    Get,
    Put,
    Raw,
    Table,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactWrite,
    Update,
    add,
    append,
    attr,
    begins_with,
    between,
    equals,
    greater_than,
    increment,
    item_exists,
    remove,
    set_,
    size,
    type_is,
)
from tests.typing.things import KEY, Order, User, database, orders, table, users

ALICE = User("u1", "Alice")
anything: object = object()

# Another entity's item.
users.send(Put(Order("o")))  # type: ignore[arg-type]
users.send(Put(anything))  # type: ignore[arg-type]
users.request(Put(Order("o")))  # type: ignore[arg-type]
users.send(TransactWrite(writes=[Put(Order("o"))]))  # type: ignore[arg-type]
users.send(TransactWrite(writes=[Put(ALICE), Put(Order("o"))]))  # type: ignore[arg-type]
users.prepare([Put(Order("o"))])  # type: ignore[arg-type]
orders_only = Put(Order("o"))
users.send(orders_only)  # type: ignore[arg-type]

# Where a command belongs.
users.send(ConditionCheck(KEY, condition=item_exists()))  # type: ignore[arg-type]
table.send(ConditionCheck(KEY, condition=item_exists()))  # type: ignore[arg-type]
table.send(Get(KEY))  # type: ignore[arg-type]
table.send(Put(ALICE))  # type: ignore[arg-type]
table.send(TransactWrite(writes=[Put(ALICE)]))  # type: ignore[arg-type]
database.send(Get(KEY))  # type: ignore[arg-type]
database.request(TransactGet([KEY]))  # type: ignore[arg-type]
group = users.prepare(TransactGet([KEY]))
users.send(TableTransactGet((group,)))  # type: ignore[arg-type]
users.send(TableTransactWrite([users.prepare([Put(ALICE)])]))  # type: ignore[arg-type]
users.send(Raw({"Delete": {}}))  # type: ignore[arg-type]
users.send([Put(ALICE)])  # type: ignore[arg-type]
users.send(Put)  # type: ignore[arg-type]
users.prepare(Get(KEY))  # type: ignore[call-overload]
users.prepare(Put(ALICE))  # type: ignore[call-overload]
users.prepare([Get(KEY)])  # type: ignore[list-item]
users.prepare([Raw({"Delete": {}})])  # type: ignore[list-item]
TransactWrite(writes=[Get(KEY)])  # type: ignore[arg-type]
TransactWrite(writes=Put(ALICE))  # type: ignore[arg-type]

# Groups that were never prepared.
TableTransactGet((TransactGet([KEY]),))  # type: ignore[arg-type]
TableTransactGet([group])  # type: ignore[call-overload]
TableTransactGet((users.prepare([Put(ALICE)]),))  # type: ignore[arg-type]

# Options.
Put(ALICE, {"name": "x"})  # type: ignore[arg-type, call-arg]
Put(ALICE, if_absent=True)  # type: ignore[call-arg]
Put(ALICE, return_values="ALL_NEW")  # type: ignore[arg-type]
Put(ALICE, return_consumed_capacity="YES")  # type: ignore[arg-type]
Put(ALICE, return_values_on_condition_check_failure="ALL_NEW")  # type: ignore[arg-type]
Put()  # type: ignore[call-arg]
Get(KEY, consistent="yes")  # type: ignore[call-overload]
Get(KEY, timeout="5")  # type: ignore[call-overload]
Get(KEY, abort=True)  # type: ignore[call-overload]
Update(KEY)  # type: ignore[call-arg]
Update(KEY, updates={"name": "x"}, return_values="NEW")  # type: ignore[arg-type]
Delete(KEY, return_values="ALL_NEW")  # type: ignore[arg-type]
ConditionCheck(KEY, condition=item_exists(), timeout=5)  # type: ignore[call-arg]
TransactGet([KEY], consistent=True)  # type: ignore[call-overload]
TransactWrite(writes=[Put(ALICE)], token="x")  # type: ignore[call-arg]
TransactWrite(writes=[Put(ALICE)], return_item_collection_metrics="ALL")  # type: ignore[arg-type]

# Names and values in the static form.
users.where(lambda u: u.nope == 1)  # type: ignore[attr-defined]
users.where(lambda u: u.balance >= "1")  # type: ignore[operator]
users.where(lambda u: u.home.town == "x")  # type: ignore[attr-defined]
users.where(lambda u: greater_than(u.balance, "1"))  # type: ignore[arg-type, return-value]
users.where(lambda u: equals(u.name, 5))  # type: ignore[arg-type, return-value]
users.where(lambda u: between(u.balance, "a", "b"))  # type: ignore[arg-type, return-value]
users.where(lambda u: u.balance)  # type: ignore[arg-type, return-value]
users.where(lambda u: begins_with(u.name, 5))  # type: ignore[call-overload]
users.where(lambda u: type_is(u.name, "STRING"))  # type: ignore[call-overload]
users.where(lambda u: size(u.balance) > 2)  # type: ignore[operator]
users.changes(lambda u: [set_(u.balance, "x")])  # type: ignore[list-item]
users.changes(lambda u: [set_(u.name, 5)])  # type: ignore[list-item]
users.changes(lambda u: [set_(u.nope, 5)])  # type: ignore[attr-defined]
users.changes(lambda u: [add(u.name, 5)])  # type: ignore[call-overload]
users.changes(lambda u: [add(u.balance, "5")])  # type: ignore[call-overload]
users.changes(lambda u: [increment(u.active, "x")])  # type: ignore[call-overload]
users.changes(lambda u: [append(u.name, "x")])  # type: ignore[call-overload]
users.changes(lambda u: [append(u.words, (1,))])  # type: ignore[list-item]
users.changes(lambda u: [u.name])  # type: ignore[list-item]
users.changes(lambda u: remove(u.name))  # type: ignore[arg-type, return-value]

# Builders and definitions.
Entity(User, table, partition_key=lambda u: u.nope, sort_key=lambda u: "x")  # type: ignore[attr-defined]
Entity(User, table, partition_key=5)  # type: ignore[arg-type]
Entity(User, "app")  # type: ignore[arg-type]
Table("app", partition="id")  # type: ignore[call-arg]
Table("app", global_secondary_indexes={"AAA": {"sort_key": "x"}})  # type: ignore[dict-item]
Entity(User, table, global_secondary_indexes={"GSI1": {"pk": lambda u: "x"}})  # type: ignore[dict-item]

# What commands and results are not.
Put(ALICE).item = ALICE  # type: ignore[misc]
name: str = users.send(Get(KEY)).item.name  # type: ignore[union-attr]
order: Order | None = users.send(Get(KEY)).item  # type: ignore[assignment]
orders.send(Put(ALICE))  # type: ignore[arg-type]
Put(ALICE, condition=True)  # type: ignore[arg-type]
Put(ALICE, condition="name = :x")  # type: ignore[arg-type]
Put(ALICE, label=5)  # type: ignore[arg-type]
TransactWrite(writes=[Put(ALICE)], idempotency_token=5)  # type: ignore[arg-type]
yes: bool = attr("balance") > 5  # type: ignore[assignment]
users.where(lambda u: u.tags)  # type: ignore[arg-type, return-value]
