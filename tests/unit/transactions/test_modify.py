"""Read, decide, write: what is sent for it, when it begins anew, and when it is over."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    ConditionCheck,
    Database,
    Delete,
    Entity,
    Put,
    Raw,
    RequestTimeoutError,
    RetryPolicy,
    Table,
    TransactGet,
    TransactionCanceledError,
    Update,
    UsageError,
    add,
    key,
    not_exists,
    stored,
)
from dynamo_document_builder.testing import ScriptedTransport, answer, conflict, lose_answer, lose_request
from tests.unit.things import ALICE, ALICE_ITEM, O1_KEY, Order, User, user_key

BOB_ITEM = {**user_key("u2"), "user_id": {"S": "u2"}, "name": {"S": "Bob"}, "balance": {"N": "7.0"}}
KEYS = [{"user_id": "u1"}, {"user_id": "u2"}]
HASTY = RetryPolicy(max_attempts=3, base_delay=0)


@frozen
class Document:
    document_id: str
    text: str = ""
    version: int = field(default=0, metadata=stored(version=True))


class Scene:
    """A table behind a script."""

    def __init__(self, *steps: Any) -> None:
        self.transport = ScriptedTransport(*steps)
        self.table = Table("app", transport=self.transport)
        self.users = Entity(User, self.table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")
        self.orders = Entity(
            Order, self.table, partition_key=lambda o: key("ORDER", o.order_id), sort_key=lambda _: "META"
        )
        self.documents = Entity(
            Document, self.table, partition_key=lambda d: key("DOCUMENT", d.document_id), sort_key=lambda _: "META"
        )

    def written(self, number: int = -1) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.transport.requests[number].payload["TransactItems"]
        return items


def found(*items: dict[str, Any] | None) -> Any:
    return answer({"Responses": [{} if item is None else {"Item": item} for item in items]})


def refused(*reasons: dict[str, Any] | None) -> Any:
    from dynamo_document_builder.testing import refuse

    given = [{"Code": "None"} if reason is None else reason for reason in reasons]
    return refuse("TransactionCanceledException", body={"CancellationReasons": given})


def false(item: dict[str, Any] | None) -> dict[str, Any]:
    reason: dict[str, Any] = {"Code": "ConditionalCheckFailed", "Message": "no"}
    return reason if item is None else {**reason, "Item": item}


def give(users: list[User | None]) -> Any:
    one, _ = users
    assert one is not None
    return [Update({"user_id": "u1"}, updates={"balance": one.balance - 30})]


def test_the_write_depends_on_everything_that_was_read() -> None:
    scene = Scene(found(ALICE_ITEM, BOB_ITEM), answer())
    result = scene.users.transact(give, KEYS)
    assert result.items == ([ALICE, User("u2", "Bob", 7)],)
    assert (result.tries, result.written and result.written.attempts) == (1, 1)
    [update, check] = scene.written()
    assert update["Update"]["ConditionExpression"] == ("#1 = :1 AND #2 = :2 AND #0 = :3 AND attribute_not_exists(#3)")
    assert update["Update"]["ExpressionAttributeValues"] == {
        ":0": {"N": "70"},
        ":1": {"S": "u1"},
        ":2": {"S": "Alice"},
        ":3": {"N": "100"},
    }
    assert check["ConditionCheck"]["Key"] == user_key("u2")
    assert check["ConditionCheck"]["ExpressionAttributeValues"][":2"] == {"N": "7.0"}  # as it was found


@pytest.mark.parametrize("asked", ["TOTAL", None])
def test_the_read_and_the_write_report_their_capacity_if_asked(asked: Any) -> None:
    capacity = {"TableName": "app", "CapacityUnits": 4.0}
    scene = Scene(found(ALICE_ITEM, BOB_ITEM), answer({"ConsumedCapacity": [capacity]}))
    result = scene.users.transact(give, KEYS, return_consumed_capacity=asked)
    read, write = scene.transport.requests
    assert [one.payload.get("ReturnConsumedCapacity") for one in (read, write)] == [asked, asked]
    assert result.written is not None
    assert result.written.consumed_capacity[0].capacity_units == 4.0


def test_an_item_that_was_not_there_must_not_be_there() -> None:
    scene = Scene(found(None), answer())
    scene.users.transact(lambda _: [Put(ALICE, condition={"name": not_exists()})], [{"user_id": "u1"}])
    [put] = scene.written()
    assert put["Put"]["ConditionExpression"] == "attribute_not_exists(#0) AND attribute_not_exists(#1)"


def test_a_version_is_all_that_has_to_be_the_same() -> None:
    item = {"PK": {"S": "DOCUMENT#d1"}, "SK": {"S": "META"}, "document_id": {"S": "d1"}, "version": {"N": "4"}}
    scene = Scene(found(item), answer())
    scene.documents.transact(lambda _: [Delete({"document_id": "d1"})], [{"document_id": "d1"}])
    [delete] = scene.written()
    assert delete["Delete"]["ConditionExpression"] == "#0 = :0"
    assert delete["Delete"]["ExpressionAttributeNames"] == {"#0": "version"}


def test_an_item_without_any_attribute_must_still_be_there() -> None:
    scene = Scene(found(user_key("u1")), answer())
    scene.table.transact(
        lambda _: [scene.users.prepare([Update({"user_id": "u1"}, updates={"balance": add(1)})])],
        scene.users.prepare(TransactGet([{"user_id": "u1"}], projection=["email"])),
    )
    [update] = scene.written()
    assert update["Update"]["ConditionExpression"] == "attribute_not_exists(#1) AND attribute_exists(#2)"


def test_of_a_projection_only_what_was_seen_counts() -> None:
    scene = Scene(found({**user_key("u1"), "name": {"S": "Alice"}}), answer())
    scene.table.transact(
        lambda users: [scene.users.prepare([Update({"user_id": "u1"}, updates={"name": users[0]["name"] + "!"})])],
        scene.users.prepare(TransactGet([{"user_id": "u1"}], projection=["name"])),
    )
    assert scene.written()[0]["Update"]["ConditionExpression"] == "#0 = :1"


def test_groups_of_several_entities_are_given_apart() -> None:
    scene = Scene(found(ALICE_ITEM, None), answer())

    def place(users: list[User | None], orders: list[Order | None]) -> Any:
        assert (users, orders) == ([ALICE], [None])
        return [scene.orders.prepare([Put(Order("o1"))])]

    result = scene.table.transact(
        place,
        scene.users.prepare(TransactGet([{"user_id": "u1"}])),
        scene.orders.prepare(TransactGet([{"order_id": "o1"}])),
    )
    assert result.items == ([ALICE], [None])
    assert [next(iter(write)) for write in scene.written()] == ["Put", "ConditionCheck"]


@pytest.mark.parametrize("nothing", [None, [], ()])
def test_a_function_that_writes_nothing_writes_nothing(nothing: Any) -> None:
    scene = Scene(found(ALICE_ITEM))
    result = scene.users.transact(lambda _: nothing, [{"user_id": "u1"}])
    assert (result.written, result.items, result.tries) == (None, ([ALICE],), 1)
    assert len(scene.transport.requests) == 1


def test_what_was_changed_in_between_is_read_and_decided_anew() -> None:
    richer = {**ALICE_ITEM, "balance": {"N": "500"}}
    scene = Scene(found(ALICE_ITEM, BOB_ITEM), refused(false(richer), None), found(richer, BOB_ITEM), answer())
    result = scene.users.transact(give, KEYS, retry=HASTY)
    assert result.tries == 2
    assert scene.written()[0]["Update"]["ExpressionAttributeValues"][":0"] == {"N": "470"}
    tokens = {request.payload.get("ClientRequestToken") for request in scene.transport.requests}
    assert len(tokens - {None}) == 2
    scene.transport.check_done()


@pytest.mark.parametrize(
    "reasons",
    [
        (None, false({**BOB_ITEM, "name": {"S": "Rob"}})),  # what was only read
        (false(None), None),  # deleted
        (false({**ALICE_ITEM, "email": {"S": "a@b.c"}}), None),  # an attribute that was not there
        ({"Code": "TransactionConflict"}, None),
        ({"Code": "ThrottlingError"}, false({**BOB_ITEM, "name": {"S": "Rob"}})),
    ],
)
def test_any_change_and_any_contention_begins_anew(reasons: Any) -> None:
    scene = Scene(found(ALICE_ITEM, BOB_ITEM), refused(*reasons), found(ALICE_ITEM, BOB_ITEM), answer())
    assert scene.users.transact(give, KEYS, retry=HASTY).tries == 2


def test_a_condition_of_the_functions_own_ends_it() -> None:
    scene = Scene(found(ALICE_ITEM), refused(false(ALICE_ITEM)))
    delete = Delete({"user_id": "u1"}, condition={"name": "Bob"}, label="gone")
    with pytest.raises(TransactionCanceledError) as cancelled:
        scene.users.transact(lambda _: [delete], [{"user_id": "u1"}])
    assert cancelled.value.reason_for(delete).failed_clauses[0].path == "name"
    assert cancelled.value.by_label["gone"].item == ALICE


def test_a_condition_that_became_false_by_a_change_is_looked_at_anew() -> None:
    other = {**ALICE_ITEM, "name": {"S": "Alison"}}
    scene = Scene(found(ALICE_ITEM), refused(false(other)), found(other))

    def leave(users: list[User | None]) -> Any:
        return [Delete({"user_id": "u1"}, condition={"name": "Alice"})] if users[0] == ALICE else None

    assert scene.users.transact(leave, [{"user_id": "u1"}], retry=HASTY).tries == 2


def test_it_gives_up_and_says_whose_items_kept_changing() -> None:
    changed = {**ALICE_ITEM, "balance": {"N": "1"}}
    scene = Scene(*[found(ALICE_ITEM, BOB_ITEM), refused(false(changed), None)] * 3)
    with pytest.raises(
        TransactionCanceledError, match=r"gave up after 3 tries, nothing was written.*User user_id='u1'"
    ):
        scene.users.transact(give, KEYS, retry=HASTY)
    scene.transport.check_done()


def test_a_timeout_ends_it_with_what_stood_in_the_way() -> None:
    scene = Scene(found(ALICE_ITEM, BOB_ITEM), conflict(0))
    slow = RetryPolicy(max_attempts=3, base_delay=1e6, max_delay=1e6)
    with pytest.raises(TransactionCanceledError) as cancelled:
        scene.users.transact(give, KEYS, retry=slow, timeout=5)
    assert isinstance(cancelled.value.__cause__, RequestTimeoutError)


def test_an_unknown_outcome_is_never_begun_anew() -> None:
    from dynamo_document_builder import OutcomeUnknownError

    applied = answer({"ConsumedCapacity": [{"ReadCapacityUnits": 4}]})
    scene = Scene(found(ALICE_ITEM, BOB_ITEM), lose_answer(), applied)
    with pytest.raises(OutcomeUnknownError) as unknown:
        scene.users.transact(give, KEYS)
    assert unknown.value.resolve().applied == "before"


def test_a_request_that_never_left_wrote_nothing() -> None:
    from dynamo_document_builder import NoAnswerError

    scene = Scene(found(ALICE_ITEM, BOB_ITEM), lose_request())
    with pytest.raises(NoAnswerError):
        scene.users.transact(give, KEYS)


def test_an_error_of_the_function_is_its_own() -> None:
    scene = Scene(found(ALICE_ITEM))
    with pytest.raises(ZeroDivisionError):
        scene.users.transact(lambda _: 1 // 0, [{"user_id": "u1"}])  # type: ignore[arg-type,return-value]
    assert len(scene.transport.requests) == 1


def test_a_database_spans_its_tables() -> None:
    transport = ScriptedTransport(found(ALICE_ITEM), answer())
    database = Database(transport=transport)
    users = Entity(
        User, database.table("table-a"), partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META"
    )
    orders = Entity(
        Order, database.table("table-b"), partition_key=lambda o: key("ORDER", o.order_id), sort_key=lambda _: "META"
    )
    database.transact(lambda _: [orders.prepare([Put(Order("o1"))])], users.prepare(TransactGet([{"user_id": "u1"}])))
    tables = [write[kind]["TableName"] for write in transport.requests[1].payload["TransactItems"] for kind in write]
    assert tables == ["table-b", "table-a"]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda s: s.users.transact(None, KEYS), "a function first, which decides what to write, not NoneType"),
        (lambda s: s.users.transact(give, {"user_id": "u1"}), "reads a list of keys"),
        (lambda s: s.table.transact(give), "has nothing to read"),
        (lambda s: s.table.transact(give, TransactGet(KEYS)), "result of entity.prepare.*, not TransactGet"),
        (
            lambda s: s.table.transact(give, s.users.prepare([Put(ALICE)])),
            "result of entity.prepare.*, not PreparedWrites",
        ),
        (lambda s: s.users.transact(give, []), "has no operations"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_is(call: Any, text: str) -> None:
    scene = Scene()
    with pytest.raises(UsageError, match=text):
        call(scene)
    assert scene.transport.requests == ()


@pytest.mark.parametrize(
    ("writes", "text"),
    [
        (lambda s: [Put(ALICE)], "returns a list of entity.prepare.*not of Put; nothing was written"),
        (lambda s: [s.users.prepare([Put(User("u1", "x")), Delete({"user_id": "u1"})])], "about the same item"),
        (lambda s: [s.orders.prepare([Update({"order_id": "o1"}, updates={"statsu": "x"})])], "no field 'statsu'"),
        (
            lambda s: [Raw({"Delete": {"TableName": "app", "Key": user_key("u1")}})],
            "Raw Delete is about an item that was read as User user_id='u1': write it through the entity that read it",
        ),
        (
            lambda s: [
                s.users.prepare([ConditionCheck({"user_id": str(n)}, condition={"name": "x"}) for n in range(100)])
            ],
            "it has 101 operations",
        ),
    ],
)
def test_what_the_function_may_not_write_is_refused_after_the_read(writes: Any, text: str) -> None:
    scene = Scene(found(ALICE_ITEM))
    with pytest.raises(UsageError, match=text):
        scene.table.transact(lambda _: writes(scene), scene.users.prepare(TransactGet([{"user_id": "u1"}])))
    assert len(scene.transport.requests) == 1


def test_an_item_read_by_one_entity_is_not_written_by_another() -> None:
    scene = Scene(found(ALICE_ITEM))
    others = Entity(Order, scene.table, partition_key=lambda o: key("USER", o.order_id), sort_key=lambda _: "META")
    with pytest.raises(UsageError, match="was read as User user_id='u1': write it through the entity that read it"):
        scene.table.transact(
            lambda _: [others.prepare([Delete({"order_id": "u1"})])],
            scene.users.prepare(TransactGet([{"user_id": "u1"}])),
        )


def test_an_element_of_a_list_is_no_guard() -> None:
    from tests.unit.things import Page

    transport = ScriptedTransport(found({"PK": {"S": "PAGE#p"}, "SK": {"S": "META"}, "words": {"L": [{"S": "a"}]}}))
    pages = Entity(
        Page,
        Table("app", transport=transport),
        partition_key=lambda p: key("PAGE", p.page_id),
        sort_key=lambda _: "META",
    )
    with pytest.raises(UsageError, match=r"'words\[0\]' is an element of a list"):
        pages.table.transact(
            lambda _: [pages.prepare([Delete({"page_id": "p"})])],
            pages.prepare(TransactGet([{"page_id": "p"}], projection=["words[0]"])),
        )


def test_the_key_of_an_order_is_as_it_is() -> None:
    scene = Scene(found(O1_KEY), answer())
    scene.table.transact(
        lambda _: [scene.users.prepare([Put(ALICE)])],
        scene.orders.prepare(TransactGet([{"order_id": "o1"}], projection=["status"])),
    )
    assert scene.written()[1]["ConditionCheck"]["Key"] == O1_KEY
