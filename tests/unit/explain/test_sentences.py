"""What a command would do, in words."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    Condition,
    ConditionCheck,
    Delete,
    Entity,
    Get,
    Put,
    Query,
    Raw,
    Scan,
    Table,
    TableBatchGet,
    TableBatchWrite,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactWrite,
    Update,
    add,
    add_to_set,
    and_,
    append,
    attr,
    begins_with,
    between,
    contains,
    exists,
    greater_than,
    greater_than_or_equal,
    if_not_exists,
    increment,
    is_in,
    item_exists,
    item_not_exists,
    key,
    not_,
    not_equals,
    not_exists,
    or_,
    prepend,
    ref,
    remove,
    remove_from_set,
    set_,
    size,
    stored,
    subtract,
    type_is,
)
from dynamo_document_builder.explain.layouts import layout_of
from dynamo_document_builder.explain.words.changes import describe_change
from dynamo_document_builder.explain.words.conditions import describe_condition
from dynamo_document_builder.explain.words.describer import Describer
from dynamo_document_builder.explain.words.sentences import sentence_of
from dynamo_document_builder.explain.writes import write_step
from dynamo_document_builder.expressions.builders.condition_forms import as_condition
from dynamo_document_builder.expressions.builders.updates import as_changes
from dynamo_document_builder.expressions.tree.changes import Change
from tests.unit.things import MEMBER, Order, User, members, orders, table, users

KEY = {"user_id": "u1"}


def said(entity: Any, command: Any, *, values: bool = True) -> list[str]:
    return list(entity.explain(command, values=values).sentences)


class Shade(StrEnum):
    DARK = "dark"


class Size(Enum):
    LARGE = 3


CONDITIONS: list[tuple[Any, str, str]] = [
    ({"name": "Bob"}, "name is 'Bob'", "name is ?"),
    ({"name": not_equals("Bob")}, "name is not 'Bob'", "name is not ?"),
    ({"balance": greater_than_or_equal(30)}, "balance >= 30", "balance >= ?"),
    ({"balance": between(1, ref("limit"))}, "balance is between 1 and limit", "balance is between ? and limit"),
    ({"name": is_in("b", "a")}, "name is one of 'b', 'a'", "name is one of ?"),
    ({"name": begins_with("A")}, "name begins with 'A'", "name begins with ?"),
    ({"tags": contains(b"x")}, "tags contains b'x'", "tags contains ?"),
    ({"email": exists()}, "email exists", "email exists"),
    ({"a.b[0]": not_exists()}, "a.b[0] does not exist", "a.b[0] does not exist"),
    ({"email": type_is("S")}, "email is stored as S", "email is stored as S"),
    ({"tags": size(greater_than(2))}, "the size of tags > 2", "the size of tags > ?"),
    (item_exists(), "there is such an item", "there is such an item"),
    (item_not_exists(), "there is no such item yet", "there is no such item yet"),
    ({"price": Decimal("1.50")}, "price is 1.50", "price is ?"),
    ({"shade": Shade.DARK}, "shade is Shade.DARK", "shade is ?"),
    ({"size": Size.LARGE}, "size is Size.LARGE", "size is ?"),
    ({"tags": {"b", "a"}}, "tags is {'a', 'b'}", "tags is ?"),
    ({"name": "x" * 100}, f"name is '{'x' * 79}…", "name is ?"),
    (
        [or_({"a": 1}, and_({"b": 2}, {"c": 3})), not_({"d": 4})],
        "(a is 1 or (b is 2 and c is 3)) and not (d is 4)",
        "(a is ? or (b is ? and c is ?)) and not (d is ?)",
    ),
]


@pytest.mark.parametrize(("condition", "words", "hidden"), CONDITIONS)
def test_a_condition_in_words(condition: Any, words: str, hidden: str) -> None:
    assert describe_condition(as_condition(condition), Describer()) == words
    assert describe_condition(as_condition(condition), Describer(values=False)) == hidden


CHANGES: list[tuple[Any, str, str]] = [
    ({"a": "x"}, "set a to 'x'", "set a to ?"),
    ({"a": None}, "set a to None", "set a to ?"),
    ({"a": ref("b")}, "set a to b", "set a to b"),
    ({"a": add(3)}, "set a to a + 3", "set a to a + ?"),
    ({"a": add(-3)}, "set a to a - 3", "set a to a + ?"),
    ({"a": subtract(3)}, "set a to a - 3", "set a to a - ?"),
    ({"a": if_not_exists(0)}, "set a to a (or 0 if it does not exist)", "set a to a (or ? if it does not exist)"),
    ({"a": append(["x"])}, "append ['x'] to a", "append ? to a"),
    ({"a": prepend(["x"])}, "prepend ['x'] to a", "prepend ? to a"),
    ({"a": increment(2)}, "increment a by 2", "increment a by ?"),
    ({"a": add_to_set({"y", "x"})}, "add 'x', 'y' to the set a", "add ? to the set a"),
    ({"a": remove_from_set("x")}, "remove 'x' from the set a", "remove ? from the set a"),
    ({"a[1]": remove()}, "remove a[1]", "remove a[1]"),
]


@pytest.mark.parametrize(("updates", "words", "hidden"), CHANGES)
def test_a_change_in_words(updates: Any, words: str, hidden: str) -> None:
    [change] = as_changes(updates)
    assert describe_change(change, Describer()) == words
    assert describe_change(change, Describer(values=False)) == hidden


def test_lists_joined_otherwise_are_said_as_they_are() -> None:
    from dynamo_document_builder.expressions.tree.changes import Assign
    from dynamo_document_builder.expressions.tree.paths import EMPTY_LIST, ListAppend, Path

    change = Assign(Path(("a",)), ListAppend(Path(("b",)), EMPTY_LIST))
    assert describe_change(change, Describer()) == "set a to b followed by an empty list"


def test_what_has_no_words_of_its_own_is_shown_as_it_is() -> None:
    @frozen
    class Odd(Condition):
        def with_this(self, path: Any) -> Condition:
            return self

        def render(self, out: Any) -> str:
            return ""

    @frozen
    class OddChange(Change):
        def render(self, out: Any, target: Any) -> Any:
            return "SET", ""

    assert describe_condition(Odd(), Describer()).endswith("Odd()")
    assert "OddChange" in describe_change(OddChange(as_changes({"a": 1})[0].path), Describer())
    for ask in (lambda: layout_of(3, users), lambda: write_step(3, users, None), lambda: sentence_of(3, Describer())):  # type: ignore[arg-type]  # what nothing is registered for
        with pytest.raises(TypeError):
            ask()


def test_single_writes() -> None:
    assert said(users, Put(User("u4", "Dan"), condition=item_not_exists())) == [
        "Put User user_id='u4': name='Dan', balance=0, if there is no such item yet"
    ]
    assert said(users, Put(User("u4", "Dan")), values=False) == ["Put User user_id=?: name=?, balance=?"]
    debit = Update(KEY, updates={"balance": add(-30)}, condition={"balance": greater_than_or_equal(30)})
    assert said(users, debit) == ["Update User user_id='u1': set balance to balance - 30, if balance >= 30"]
    assert said(users, Delete(KEY)) == ["Delete User user_id='u1'"]
    assert said(users, Delete(User("u1", "x"), condition={"name": "x"})) == ["Delete User user_id='u1', if name is 'x'"]


def test_an_item_that_is_all_key() -> None:
    @frozen
    class Tag:
        tag: str

    tags = Entity(Tag, Table("tags", partition_key="tag", sort_key=None))
    assert said(tags, Put(Tag("a"))) == ["Put Tag tag='a'"]


def test_reads() -> None:
    assert said(users, Get(KEY)) == ["Get User user_id='u1'"]
    assert said(users, Get(KEY, projection=["name", "email"], consistent=True)) == [
        "Get name, email of User user_id='u1', strongly consistent"
    ]

    @frozen
    class Name:
        user_id: str
        name: str

    assert said(users, Get(KEY, projection=Name)) == ["Get user_id, name of User user_id='u1'"]
    assert said(users, TransactGet([KEY, {"user_id": "u2"}])) == ["Get User user_id='u1'", "Get User user_id='u2'"]


def test_a_transaction_says_its_operations_in_order_with_their_labels() -> None:
    command = TransactWrite(
        [
            ConditionCheck({"user_id": "u3"}, condition={"name": "Bob"}, label="bob"),
            Update(KEY, updates={"balance": 1, "email": remove()}),
            Delete({"user_id": "u2"}, label="gone"),
        ]
    )
    assert said(users, command) == [
        "(bob) Check User user_id='u3': name is 'Bob'",
        "Update User user_id='u1': set balance to 1, remove email",
        "(gone) Delete User user_id='u2'",
    ]
    assert users.explain(command).notes == ("a fresh idempotency token is added when it is sent",)
    assert users.explain(TransactWrite([Delete(KEY)], idempotency_token="t")).notes == ()


def test_commands_over_several_entities() -> None:
    gets = (users.prepare(TransactGet([KEY])), orders.prepare(TransactGet([{"order_id": "o1"}])))
    assert said(table, TableTransactGet(gets)) == ["Get User user_id='u1'", "Get Order order_id='o1'"]
    writes = [users.prepare([Delete(KEY)]), orders.prepare([Put(Order("o1"))])]
    assert said(table, TableTransactWrite(writes)) == [
        "Delete User user_id='u1'",
        "Put Order order_id='o1': status='new'",
    ]
    batch = TableBatchGet(
        (users.prepare(BatchGet([KEY])), orders.prepare(BatchGet([{"order_id": "o1"}], consistent=True)))
    )
    assert said(table, batch) == [
        "Get User user_id='u1'",
        "Get Order order_id='o1', strongly consistent",
    ]
    put = TableBatchWrite([users.prepare(BatchWrite([User("u1", "A")], deletes=[{"user_id": "u2"}]))])
    assert said(table, put) == ["Put User user_id='u1': name='A', balance=0", "Delete User user_id='u2'"]


def test_a_batch_says_each_item_once_and_how_many_requests_there_are() -> None:
    keys = [{"user_id": f"u{number}"} for number in range(101)]
    explanation = users.explain(BatchGet([*keys, keys[0]]))
    assert len(explanation.sentences) == 101
    assert explanation.notes == ("this is the first of 2 requests",)
    assert users.explain(BatchWrite(deletes=[KEY, KEY])).sentences == ("Delete User user_id='u1'",)


def test_a_query_says_what_it_asks_of_the_keys() -> None:
    assert said(members, Query({"tenant": "t"})) == [
        "Query Member tenant='t' where PK is 'TENANT#t' and SK begins with 'MEMBER#'"
    ]
    asked = Query(
        index={"GSI1": {"email": "a@b"}},
        sort_key_condition=between("a", "b"),
        filter={"visits": greater_than(2)},
        projection=["visits"],
        reverse=True,
        page_size=3,
        max_items=5,
    )
    assert said(members, asked) == [
        (
            "Query visits of Member email='a@b' in index GSI1 where GSI1PK is 'EMAIL#a@b' and GSI1SK is between 'a' "
            "and 'b', keep those where visits > 2, in reverse order, 3 per page, at most 5"
        )
    ]
    assert said(members, asked, values=False) == [
        (
            "Query visits of Member email=? in index GSI1 where GSI1PK is ? and GSI1SK is between ? and ?, "
            "keep those where visits > ?, in reverse order, 3 per page, at most 5"
        )
    ]
    assert members.explain(asked).notes == (
        "this is the first page: more are requested until there are enough items, or no more",
    )


def test_a_scan() -> None:
    assert said(members, Scan()) == ["Scan Member"]
    whole = Scan(index_name="GSI1", segment=0, total_segments=4, filter={"status": "x"}, max_items=1)
    assert said(members, whole) == [
        "Scan Member in index GSI1, segment 0 of 4, keep those where status is 'x', at most 1"
    ]
    assert said(members, Scan(consistent=True)) == ["Scan Member, strongly consistent"]


def test_reads_over_several_entities() -> None:
    both = Table("both", entity_attribute="_type")
    people = Entity(User, both, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")
    bills = Entity(Order, both, partition_key=lambda o: key("ORDER", o.order_id), sort_key=lambda _: "META")
    command = Query({"PK": "USER#u1"}, entities=people | bills, on_unknown="skip")
    assert said(both, command) == ["Query User | Order PK='USER#u1' where PK is 'USER#u1'"]
    assert said(both, Scan(entities=people | bills)) == ["Scan User | Order"]


def test_what_changes_unasked_is_said_too() -> None:
    @frozen
    class Counted:
        name: str
        text: str = ""
        version: int = field(default=0, metadata=stored(version=True))

    counted = Entity(Counted, Table("counted", partition_key="name", sort_key=None))
    assert said(counted, Update({"name": "a", "version": 3}, updates={"text": "b"})) == [
        "Update Counted name='a' version=3: set text to 'b' (and with it version), if version is 3"
    ]
    assert said(counted, Put(Counted("a", "b"))) == [
        "Put Counted name='a': text='b', version=1, if version does not exist"
    ]
    change = Update({**MEMBER, "status": "new"}, updates={"email": "a@b"}, condition=item_exists())
    assert said(members, change) == [
        (
            "Update Member tenant='t1' member_id='m1': set email to 'a@b' (and with it GSI1PK, LSI1SK), "
            "if there is such an item and status is 'new'"
        )
    ]


def test_typed_conditions_and_changes_are_said_alike() -> None:
    command = Update(
        KEY,
        updates=users.changes(lambda u: [set_(u.balance, u.balance - 30)]),
        condition=users.where(lambda u: (u.balance >= 30) & not_exists(u.email)) | (attr("name") == "x"),
    )
    assert said(users, command) == [
        (
            "Update User user_id='u1': set balance to balance - 30, "
            "if (balance >= 30 and email does not exist) or name is 'x'"
        )
    ]


WIRE_KEY = {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}}
PLACEHOLDERS = {
    "ExpressionAttributeNames": {"#b": "balance"},
    "ExpressionAttributeValues": {":n": {"N": "30"}, ":b": {"B": b"x"}},
}


@pytest.mark.parametrize(
    ("operation", "words", "hidden"),
    [
        (
            {"Delete": {"Key": WIRE_KEY}},
            "Delete in table 'app' PK='USER#u1' SK='META'",
            "Delete in table 'app' PK=? SK=?",
        ),
        (
            {
                "Update": {
                    "Key": WIRE_KEY,
                    "UpdateExpression": "SET #b = #b - :n, photo = :b REMOVE email",
                    "ConditionExpression": "#b >= :n AND attribute_exists(PK)",
                    **PLACEHOLDERS,
                }
            },
            (
                "Update in table 'app' PK='USER#u1' SK='META': set balance to balance - 30, set photo to b'x', "
                "remove email, if balance >= 30 and PK exists"
            ),
            (
                "Update in table 'app' PK=? SK=?: set balance to balance - ?, set photo to ?, remove email, "
                "if balance >= ? and PK exists"
            ),
        ),
        (
            {"ConditionCheck": {"Key": WIRE_KEY, "ConditionExpression": "#b < :n", **PLACEHOLDERS}},
            "ConditionCheck in table 'app' PK='USER#u1' SK='META': balance < 30",
            "ConditionCheck in table 'app' PK=? SK=?: balance < ?",
        ),
        (
            {"Put": {"Item": {**WIRE_KEY, "n": {"N": "1"}}, "ConditionExpression": "attribute_not_exists(PK)"}},
            "Put in table 'app' PK='USER#u1' SK='META': n=1, if PK does not exist",
            "Put in table 'app' PK=? SK=?: n=?, if PK does not exist",
        ),
        ({"Put": {"Item": {"PK": "odd"}}}, "Put in table 'app': an item that is not valid DynamoDB JSON", None),
        (
            {"Delete": {"Key": WIRE_KEY, "ConditionExpression": "#b is odd"}},
            "Delete in table 'app' PK='USER#u1' SK='META', if #b is odd",
            None,
        ),
        (
            {"Delete": {"Key": WIRE_KEY, "ConditionExpression": "a = :v", "ExpressionAttributeValues": {":v": 3}}},
            "Delete in table 'app' PK='USER#u1' SK='META', if a = :v",
            None,
        ),
    ],
)
def test_a_raw_operation(operation: dict[str, Any], words: str, hidden: str | None) -> None:
    raw = Raw({kind: {"TableName": "app", **members} for kind, members in operation.items()}, label="odd")
    command = TableTransactWrite([raw])
    assert said(table, command) == [f"(odd) {words}"]
    if hidden is not None:
        assert said(table, command, values=False) == [f"(odd) {hidden}"]


def test_a_raw_put_beside_others_tells_its_key_from_its_fields() -> None:
    raw = Raw({"Put": {"TableName": "app", "Item": {"n": {"N": "1"}, **WIRE_KEY}}})
    command = TableTransactWrite([raw, users.prepare([Delete({"user_id": "u2"})])])
    assert said(table, command)[0] == "Put in table 'app' PK='USER#u1' SK='META': n=1"
