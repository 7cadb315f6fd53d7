"""Functions that make commands, whose types say whose items they read: clean in every type checker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, assert_type

from attrs import frozen

from dynamo_document_builder import (
    BatchGet,
    BatchGetResult,
    Delete,
    Entity,
    Get,
    GetResult,
    Part,
    PreparedBatchGet,
    PreparedTransactGet,
    Query,
    QueryResult,
    Scan,
    ScanResult,
    Several,
    Table,
    TransactGet,
    TransactGetResult,
    Update,
    key,
)
from tests.typing.accept_schemas import Data, Model, Record, Shape, datas, models, records, shapes
from tests.typing.things import KEY, Order, User, database, orders, table, users

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@frozen
class Brief:
    name: str


@frozen
class Admin(User):
    level: int = 1


@frozen
class Card:
    owner: str
    kind: Literal["card"] = "card"


@frozen
class Transfer:
    owner: str
    iban: str
    kind: Literal["transfer"] = "transfer"


payments = Entity[Card | Transfer](Card | Transfer, Table("payments"), partition_key="{owner}")


def by_id(user_id: str) -> Get[User]:
    return Get({"user_id": user_id}, consistent=True)


def same(user: User) -> Get[User]:
    return Get(user)


def by_name(name: str) -> Query[User]:
    return Query(index={"GSI1": {"email": name}}, page_size=5)


def all_users() -> Scan[User]:
    return Scan(filter={"active": True})


def both(ids: Iterable[str]) -> TransactGet[User]:
    return TransactGet([{"user_id": user_id} for user_id in ids], retry=None)


def many(ids: Iterable[str]) -> BatchGet[User]:
    return BatchGet([{"user_id": user_id} for user_id in ids])


def brief(user_id: str) -> Get[Brief, Part]:
    return Get({"user_id": user_id}, projection=Brief)


def named(user_id: str) -> Get[dict[str, Any], Part]:
    return Get({"user_id": user_id}, projection=["name"])


def briefs() -> Query[Brief, Part]:
    return Query(KEY, projection=Brief)


def brief_scan() -> Scan[Brief, Part]:
    return Scan(projection=Brief)


def brief_both() -> TransactGet[Brief, Part]:
    return TransactGet([KEY], projection=Brief)


def brief_many() -> BatchGet[Brief, Part]:
    return BatchGet([KEY], projection=Brief)


def everything(user_id: str) -> Query[User | Order, Several]:
    return Query({"user_id": user_id}, entities=users | orders)


def whole_table() -> Scan[User | Order, Several]:
    return Scan(entities=users | orders, on_unknown="skip")


# What they give where they are sent.
assert_type(users.send(by_id("u1")), GetResult[User])
assert_type(users.send(same(User("u1", "Ann"))).item, User | None)
assert_type(users.send(by_name("x")), QueryResult[User])
assert_type(users.send(all_users()), ScanResult[User])
assert_type(users.send(both(["u1"])), TransactGetResult[User])
assert_type(users.send(many(["u1"])), BatchGetResult[User])
assert_type(users.send(brief("u1")).item, Brief | None)
assert_type(users.send(named("u1")).item, dict[str, Any] | None)
assert_type(users.send(briefs()).items, list[Brief])
assert_type(users.send(brief_scan()).items, list[Brief])
assert_type(users.send(brief_both()).items, list[Brief | None])
assert_type(users.send(brief_many()).items, list[Brief | None])
assert_type(table.send(everything("u1")).items, list[User | Order])
assert_type(database.send(everything("u1")), QueryResult[User | Order])
assert_type(table.send(whole_table()).items, list[User | Order])
assert_type(list(users.paginate(by_name("x")).items()), list[User])
assert_type(users.prepare(both(["u1"])), PreparedTransactGet[User])
assert_type(users.prepare(brief_both()), PreparedTransactGet[Brief])
assert_type(users.prepare(many(["u1"])), PreparedBatchGet[User])
assert_type(users.prepare(brief_many()), PreparedBatchGet[Brief])
reads: list[Get[User]] = [Get(KEY), by_id("u1")]
assert_type([users.send(read).item for read in reads], list[User | None])


# Any class of a schema library is a key, and any mapping.
model, shape, data, record = Model(model_id="m"), Shape("s"), Data("d"), Record(record_id="r")
assert_type(models.send(Get(model)).item, Model | None)
assert_type(shapes.send(Get(shape)).item, Shape | None)
assert_type(datas.send(Get(data)).item, Data | None)
assert_type(records.send(Get(record)).item, Record | None)
assert_type(users.send(Get(User("a", "b"))).item, User | None)
models.send(Delete(model))
models.send(Update(model, updates={"number": 1}))
models.send(TransactGet([model]))
models.send(BatchGet([model, model]))
models.send(Query(model))
shapes.send(Delete(shape))
shapes.send(BatchGet([shape]))
datas.send(Delete(data))
datas.send(BatchGet([data, {"data_id": "x"}]))
records.send(Delete(record))


def of(who: User | Mapping[str, Any]) -> Get[User]:
    return Get(who)


# An object of one class of a union, and of a derived class.
assert_type(payments.send(Get(Card("x"))).item, Card | Transfer | None)
assert_type(payments.send(Get(key=Transfer("x", "y"), consistent=True)).item, Card | Transfer | None)
assert_type(users.send(Get(Admin("u1", "Ann"))).item, User | None)


# A class over any entity.
T = TypeVar("T")


class Repository(Generic[T]):
    def __init__(self, entity: Entity[T]) -> None:
        self.entity = entity

    def by_key(self, **key: str) -> Get[T]:
        return Get(key)

    def find(self, **key: str) -> T | None:
        return self.entity.send(self.by_key(**key)).item


assert_type(Repository(users).find(user_id="u1"), User | None)


# An index key with its items.
Entity(
    User,
    table,
    partition_key=lambda u: key("USER", u.user_id),
    sort_key="META",
    global_secondary_indexes={"GSI1": {"partition_key": "EMAIL#{email}", "when": {"active": True}}},
)
