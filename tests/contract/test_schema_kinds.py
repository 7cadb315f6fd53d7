"""Schemas that people already have, of dataclasses, msgspec, pydantic and TypedDict, do all that attrs classes do."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, NotRequired, TypedDict

import attrs
import msgspec
import pydantic
import pytest

from dynamo_document_builder import (
    BatchGet,
    Changeset,
    ConditionFailedError,
    DefinitionError,
    Entity,
    Get,
    ItemValidationError,
    Put,
    Query,
    Scan,
    StaleChangesetError,
    StaleVersionError,
    StoredItemError,
    Table,
    TransactGet,
    TransactWrite,
    Update,
    add,
    key,
    stored,
)
from dynamo_document_builder.schema.items.members import value_of
from dynamo_document_builder.schema.items.registry import codec_of

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class DataAddress:
    city: str
    street: str | None = None


@dataclasses.dataclass(frozen=True)
class DataUser:
    user_id: str
    name: str = dataclasses.field(metadata=stored(alias="fullName"))
    balance: Decimal = Decimal(0)
    tags: frozenset[str] = frozenset()
    words: list[str] = dataclasses.field(default_factory=list)
    address: DataAddress | None = None
    seen_at: datetime | None = None
    version: Annotated[int, stored(version=True)] = 0
    shown: str = dataclasses.field(init=False, default="x")


class StructAddress(msgspec.Struct, frozen=True):
    city: str
    street: str | None = None


class StructUser(msgspec.Struct, frozen=True, kw_only=True):
    user_id: str
    name: str = msgspec.field(name="fullName")
    balance: Decimal = Decimal(0)
    tags: frozenset[str] = frozenset()
    words: list[str] = []
    address: StructAddress | None = None
    seen_at: datetime | None = None
    version: Annotated[int, stored(version=True)] = 0


class ModelAddress(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True)
    city: str
    street: str | None = None


class ModelUser(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, validate_by_name=True, validate_by_alias=True)
    user_id: str
    name: Annotated[str, stored(alias="fullName")] = pydantic.Field(alias="displayName", min_length=1)
    balance: Decimal = Decimal(0)
    tags: frozenset[str] = frozenset()
    words: list[str] = pydantic.Field(default_factory=list)
    address: ModelAddress | None = None
    seen_at: datetime | None = None
    version: Annotated[int, stored(version=True)] = 0

    @pydantic.computed_field  # type: ignore[prop-decorator]
    @property
    def upper(self) -> str:
        return self.name.upper()


@attrs.frozen
class AttrsAddress:
    city: str
    street: str | None = None


@attrs.frozen
class AttrsUser:
    user_id: str
    name: str = attrs.field(metadata=stored(alias="fullName"))
    balance: Decimal = Decimal(0)
    tags: frozenset[str] = frozenset()
    words: list[str] = attrs.field(factory=list)
    address: AttrsAddress | None = None
    seen_at: datetime | None = None
    version: int = attrs.field(default=0, metadata=stored(version=True))


class DictAddress(TypedDict):
    city: str
    street: NotRequired[str]


class DictUser(TypedDict):
    user_id: str
    name: Annotated[str, stored(alias="fullName")]
    balance: Decimal
    tags: frozenset[str]
    words: list[str]
    address: DictAddress | None
    seen_at: datetime | None
    version: Annotated[int, stored(version=True)]


KINDS: dict[str, tuple[Any, Any]] = {
    "attrs": (AttrsUser, AttrsAddress),
    "dataclass": (DataUser, DataAddress),
    "msgspec": (StructUser, StructAddress),
    "pydantic": (ModelUser, ModelAddress),
    "typed dict": (DictUser, DictAddress),
}
NO_DEFAULTS: dict[str, Any] = {
    "balance": Decimal(0),
    "tags": frozenset(),
    "words": [],
    "address": None,
    "seen_at": None,
    "version": 0,
}
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def schema(request: pytest.FixtureRequest) -> Any:
    return KINDS[request.param][0]


@pytest.fixture
def made(schema: Any) -> Callable[..., Any]:
    address = dict(KINDS.values())[schema]

    def make(**fields: Any) -> Any:
        if "city" in fields:
            fields["address"] = address(city=fields.pop("city"))
        missing = NO_DEFAULTS if schema is DictUser else {}
        return schema(**{"user_id": "u1", "name": "Alice", **missing, **fields})

    return make


def users_in(table: Table, schema: type[Any]) -> Entity[Any]:
    of_user: Callable[[Any], str] = lambda u: key("USER", u["user_id"] if schema is DictUser else u.user_id)  # noqa: E731
    return Entity(schema, table, partition_key=of_user, sort_key=lambda _: "META")


@pytest.fixture
def users(table: Table, schema: Any) -> Entity[Any]:
    return users_in(table, schema)


KEY = {"user_id": "u1"}


def test_all_kinds_are_stored_alike(schema: Any, made: Callable[..., Any]) -> None:
    fields = {"balance": Decimal("1.5"), "tags": frozenset("ab"), "words": ["x"], "city": "Oslo", "seen_at": WHEN}
    item = made(**fields)
    text = users_in(Table("app"), schema).__model__.encode(item).text
    attrs_item = AttrsUser("u1", "Alice", Decimal("1.5"), frozenset("ab"), ["x"], AttrsAddress("Oslo"), WHEN)
    expected = users_in(Table("app"), AttrsUser).__model__.encode(attrs_item).text
    assert text.replace(',"shown":{"S":"x"}', "") == expected
    assert '"fullName":{"S":"Alice"}' in text


def test_results_are_instances_of_the_class_itself(users: Entity[Any], made: Callable[..., Any]) -> None:
    alice = made(balance=Decimal(5), tags=frozenset("a"), city="Oslo", seen_at=WHEN)
    kept = users.send(Put(alice)).item
    assert (type(kept), value_of(kept, "version"), value_of(alice, "version")) == (type(alice), 1, 0)
    found = users.send(Get(KEY, consistent=True)).item
    assert found == kept
    assert type(found) is type(alice)
    assert type(value_of(found, "address")) is type(value_of(alice, "address"))
    assert users.send(Query(KEY, consistent=True)).items == [kept]
    assert users.send(Scan(filter={"name": "Alice"}, consistent=True)).items == [kept]
    assert users.send(TransactGet([KEY, {"user_id": "none"}])).items == [kept, None]
    assert users.send(BatchGet([kept], consistent=True)).items == [kept]


def test_defaults_are_those_of_the_class(users: Entity[Any], client: Any, made: Callable[..., Any]) -> None:
    item = {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}, "user_id": {"S": "u1"}, "fullName": {"S": "Alice"}}
    client.put_item(TableName=users.table.name, Item=item)
    if users.schema is DictUser:  # it has none: what is not stored is missing
        with pytest.raises(StoredItemError, match="balance: expected Decimal, found nothing stored"):
            users.send(Get(KEY))
        return
    first, second = (users.send(Get(KEY)).item for _ in range(2))
    assert first == made()
    assert first.words == []
    assert first.words is not second.words or type(first) is AttrsUser


def test_conditions_updates_and_versions_work(users: Entity[Any], made: Callable[..., Any]) -> None:
    kept = users.send(Put(made(city="Oslo"))).item
    rich = users.where(lambda u: u["balance"] >= 100)
    with pytest.raises(ConditionFailedError) as failed:
        users.send(Update(KEY, updates={"name": "Al"}, condition=rich))
    assert failed.value.item == kept
    users.send(TransactWrite([Update(kept, updates={"balance": add(5), "address.city": "Bergen", "words": ["a"]})]))
    found = users.send(Get(KEY, consistent=True)).item
    values = [value_of(found, name) for name in ("balance", "words", "version")]
    assert (values, value_of(value_of(found, "address"), "city")) == ([5, ["a"], 2], "Bergen")
    with pytest.raises(StaleVersionError):
        users.send(Put(kept))
    assert users.send(Get(KEY, projection=["name", "address.city"])).item == {
        "name": "Alice",
        "address": {"city": "Bergen"},
    }


def test_changesets_and_transact_work(table: Table, users: Entity[Any], made: Callable[..., Any]) -> None:
    kept = users.send(Put(made(city="Oslo"))).item
    changed = made(name="Al", city="Bergen", version=value_of(kept, "version"))
    Changeset().edit(users, kept, changed).commit(table)
    found = users.send(Get(KEY, consistent=True)).item
    assert (value_of(found, "name"), value_of(value_of(found, "address"), "city")) == ("Al", "Bergen")
    users.transact(lambda items: [Update(items[0], updates={"name": value_of(items[0], "name") * 2})], [KEY])
    assert value_of(users.send(Get(KEY, consistent=True)).item, "name") == "AlAl"


def test_a_stale_changeset_of_any_kind_carries_on(table: Table, users: Entity[Any], made: Callable[..., Any]) -> None:
    kept = users.send(Put(made())).item
    staged = Changeset().edit(users, kept, made(name="Al", version=1))
    assert "name: 'Alice' -> 'Al'" in str(staged.diff())
    users.send(Update(KEY, updates={"balance": add(5)}))
    with pytest.raises(StaleChangesetError) as stale:
        staged.commit(table)
    assert [field.name for field in stale.value.items[0].fields] == ["name", "balance"]
    staged.rebase(stale.value).commit(table)
    found = users.send(Get(KEY, consistent=True)).item
    assert (value_of(found, "name"), value_of(found, "balance")) == ("Al", 5)
    stored_as_text = Changeset().delete(users, found).to_json()
    Changeset.from_json(stored_as_text, [users]).commit(table)
    assert users.send(Get(KEY, consistent=True)).item is None


def test_every_kind_is_explained_and_priced(users: Entity[Any], schema: Any, made: Callable[..., Any]) -> None:
    said = users.explain(Put(made(), condition={"balance": 0})).sentences[0]
    assert said.startswith("Put ")
    assert "user_id='u1': name='Alice'" in said
    assert "name, balance, tags" in users.explain(Get(KEY, projection=schema)).sentences[0]
    assert users.cost(Put(made())).write_units > 0


def test_what_does_not_fit_is_told_field_by_field(users: Entity[Any], client: Any, made: Callable[..., Any]) -> None:
    wrong = {"balance": "much", "words": [5], "name": "Alice", "user_id": "u1"}
    if users.schema is ModelUser:
        item: Any = ModelUser.model_construct(**{**vars(made()), **wrong})
    else:
        item = made(**{name: value for name, value in wrong.items() if name not in {"name", "user_id"}})
    with pytest.raises(ItemValidationError) as refused:
        users.send(Put(item))
    assert {failure.path for failure in refused.value.failures} == {"balance", "words[0]"}
    stored_item = {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}, "user_id": {"S": "u1"}, "fullName": {"N": "5"}}
    client.put_item(TableName=users.table.name, Item={**stored_item, "address": {"M": {}}})
    with pytest.raises(StoredItemError) as misfit:
        users.send(Get(KEY))
    missing = {"balance", "words", "version"} if users.schema is DictUser else set[str]()
    assert {failure.path for failure in misfit.value.failures} == {"name", "address.city"} | missing


def test_pydantics_own_validation_runs_on_what_is_read(table: Table, client: Any) -> None:
    users = users_in(table, ModelUser)
    item = {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}, "user_id": {"S": "u1"}, "fullName": {"S": ""}}
    client.put_item(TableName=table.name, Item=item)
    with pytest.raises(StoredItemError) as refused:
        users.send(Get(KEY))
    [failure] = refused.value.failures
    assert (failure.path, failure.expected) == ("name", "a string with at least 1 character")


def test_a_validators_own_words_are_not_repeated(table: Table, client: Any) -> None:
    class Checked(pydantic.BaseModel):
        user_id: str
        name: str = ""

        @pydantic.field_validator("name")
        @classmethod
        def _check(cls, value: str) -> str:
            if value == "s3cret":
                raise ValueError(f"{value} is not allowed")
            return value

    users = users_in(table, Checked)
    item = {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}, "user_id": {"S": "u1"}, "name": {"S": "s3cret"}}
    client.put_item(TableName=table.name, Item=item)
    with pytest.raises(StoredItemError, match="name: expected a value its validator takes") as refused:
        users.send(Get(KEY))
    assert "s3cret" not in str(refused.value)


def test_parts_of_items_are_read_into_any_kind(users: Entity[Any], made: Callable[..., Any]) -> None:
    @dataclasses.dataclass
    class Part:
        user_id: str
        balance: Decimal = Decimal(1)

    users.send(Put(made(balance=Decimal(7))))
    assert users.send(Get(KEY, projection=Part)).item == Part("u1", Decimal(7))


@dataclasses.dataclass
class Card:
    payment_id: str
    kind: Literal["card"] = "card"
    number: str = ""


class Voucher(msgspec.Struct):
    payment_id: str
    kind: Literal["voucher"] = "voucher"
    code: str = ""


class Cash(pydantic.BaseModel):
    payment_id: str
    kind: Literal["cash"] = "cash"


def test_kinds_can_be_mixed_in_a_union(table: Table) -> None:
    payments: Entity[Any] = Entity(
        Card | Voucher | Cash, table, partition_key=lambda p: key("PAYMENT", p.payment_id), sort_key=lambda _: "META"
    )
    items = [Card("p1", number="4"), Voucher("p2", code="x"), Cash(payment_id="p3")]
    for item in items:
        payments.send(Put(item))
    assert payments.send(TransactGet([{"payment_id": f"p{n}"} for n in (1, 2, 3)])).items == items


def test_kinds_can_be_nested_in_each_other(table: Table) -> None:
    @attrs.frozen
    class Order:
        order_id: str
        address: ModelAddress
        parts: list[DataAddress]
        by_name: dict[str, StructAddress]

    orders = Entity(Order, table, partition_key=lambda o: key("ORDER", o.order_id), sort_key=lambda _: "META")
    order = Order("o1", ModelAddress(city="a"), [DataAddress("b")], {"x": StructAddress("c", "d")})
    orders.send(Put(order))
    assert orders.send(Get({"order_id": "o1"}, consistent=True)).item == order


def test_what_has_no_fields_is_no_schema() -> None:
    with pytest.raises(DefinitionError, match="a class of attrs, dataclasses, pydantic or msgspec"):
        codec_of(int)
    with pytest.raises(DefinitionError, match="a class of attrs, dataclasses, pydantic or msgspec"):
        codec_of(dict)


def test_no_library_is_loaded_for_who_does_not_use_it() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from attrs import frozen; from dynamo_document_builder import Entity, Table, key\n"
        "@frozen\nclass A:\n    a: str\n"
        "e = Entity(A, Table('table-t'), partition_key=lambda a: a.a, sort_key=lambda a: 'x')\n"
        "e.__model__.encode(A('x'))\n"
        "assert not {'pydantic', 'dataclasses'} & set(sys.modules), sys.modules.keys()"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
