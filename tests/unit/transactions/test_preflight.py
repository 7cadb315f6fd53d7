"""Everything about a transaction that can be known to fail is found before a request, all at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import frozen

from dynamo_document_builder import (
    ConditionCheck,
    Database,
    Delete,
    Entity,
    ItemValidationError,
    Put,
    Table,
    TableTransactWrite,
    TransactWrite,
    Update,
    UsageError,
    item_exists,
    or_,
)
from dynamo_document_builder.transactions.preflight import MAX_TOTAL_BYTES
from tests.unit.things import ALICE, Order, User, orders, table, users


def refusal(*writes: Any, **options: Any) -> UsageError:
    with pytest.raises(UsageError) as caught:
        users.request(TransactWrite(writes=writes, **options))
    return caught.value


def puts(count: int) -> list[Put[User]]:
    return [Put(User(f"u{n}", "x")) for n in range(count)]


@pytest.mark.parametrize("count", [1, 2, 99, 100])
def test_up_to_a_hundred_operations_are_sent(count: int) -> None:
    assert len(users.request(TransactWrite(writes=puts(count))).payload["TransactItems"]) == count


def test_no_operations_are_refused() -> None:
    [problem] = refusal().problems
    assert problem.text == "it has no operations; DynamoDB requires 1 to 100"
    assert problem.index is None


@pytest.mark.parametrize("count", [101, 250])
def test_more_than_a_hundred_operations_are_refused_and_never_split(count: int) -> None:
    [problem] = refusal(*puts(count)).problems
    assert f"it has {count} operations; DynamoDB allows 100" in problem.text
    assert "would lose atomicity" in problem.text


@pytest.mark.parametrize(("token", "length"), [("", 0), ("x" * 37, 37)])
def test_a_token_of_another_length_is_refused(token: str, length: int) -> None:
    [problem] = refusal(Put(ALICE), idempotency_token=token).problems
    assert f"has {length} characters; DynamoDB allows 1 to 36" in problem.text
    assert token == "" or token not in problem.text


KEY = {"user_id": "u1"}
CHECK = ConditionCheck(KEY, condition={"name": "x"})
PUT = Put(ALICE)
UPDATE = Update(KEY, updates={"name": "x"})
DELETE = Delete(KEY)


@pytest.mark.parametrize(
    ("one", "other", "advice"),
    [
        (CHECK, PUT, "move the ConditionCheck's condition onto the Put"),
        (UPDATE, CHECK, "move the ConditionCheck's condition onto the Update"),
        (CHECK, DELETE, "move the ConditionCheck's condition onto the Delete"),
        (CHECK, CHECK, "join both conditions in one ConditionCheck"),
        (PUT, DELETE, "combine them into one, or send them separately"),
        (PUT, PUT, "combine them into one, or send them separately"),
        (UPDATE, UPDATE, "combine them into one, or send them separately"),
    ],
)
def test_two_operations_on_one_item_are_refused_with_advice(one: Any, other: Any, advice: str) -> None:
    [problem] = refusal(Put(User("u0", "x")), one, Put(User("u9", "x")), other).problems
    assert advice in problem.text
    assert "is about the same item as [1]" in problem.text
    assert (problem.index, problem.operation, problem.entity) == (3, other.name, "User")
    assert dict(problem.key or {}) == KEY


def test_three_operations_on_one_item_are_two_findings() -> None:
    assert [problem.index for problem in refusal(PUT, UPDATE, DELETE).problems] == [1, 2]


@frozen
class Reading:
    sensor: Decimal
    at: float = 0


readings = Entity(Reading, Table("readings", partition_key="sensor", sort_key="at"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal(1), Decimal("1.0")),
        (Decimal(1), Decimal("1.00")),
        (Decimal(0), Decimal("-0")),
        (Decimal("1E2"), Decimal(100)),
        (Decimal("0.10"), Decimal("0.1")),
        (1, Decimal("1.0")),
    ],
)
def test_equal_numbers_are_one_key(one: Any, other: Any) -> None:
    with pytest.raises(UsageError, match="same item"):
        readings.request(TransactWrite(writes=[Put(Reading(one)), Delete({"sensor": other, "at": 0.0})]))


def test_different_keys_are_different_items() -> None:
    command = TransactWrite(
        writes=[Put(Reading(Decimal(1), 1)), Put(Reading(Decimal(1), 2)), Put(Reading(Decimal("1.1"), 1))]
    )
    assert readings.request(command)


def test_one_key_of_two_entities_is_one_item() -> None:
    @frozen
    class Profile:
        user_id: str

    profiles = Entity(Profile, table, partition_key=lambda p: f"USER#{p.user_id}", sort_key=lambda _: "META")
    with pytest.raises(UsageError, match="same item") as caught:
        table.request(TableTransactWrite([users.prepare([PUT]), profiles.prepare([Delete({"user_id": "u1"})])]))
    assert caught.value.problems[0].entity == "Profile"


def test_one_key_in_two_tables_is_two_items() -> None:
    other = Entity(User, Table("other"), partition_key=lambda u: f"USER#{u.user_id}", sort_key=lambda _: "META")
    command = TableTransactWrite([users.prepare([PUT]), other.prepare([PUT])])
    assert len(Database().request(command).payload["TransactItems"]) == 2


def test_a_table_and_its_arn_are_one_table() -> None:
    arn = Table("arn:aws:dynamodb:eu-west-1:123456789012:table/app")
    other = Entity(User, arn, partition_key=lambda u: f"USER#{u.user_id}", sort_key=lambda _: "META")
    with pytest.raises(UsageError, match="same item") as refusal:
        Database().request(TableTransactWrite([users.prepare([PUT]), other.prepare([PUT])]))
    assert str(refusal.value).endswith(
        "combine them into one, or send them separately. "
        "'app' and 'arn:aws:dynamodb:eu-west-1:123456789012:table/app' are treated as one "
        "table: if they are two tables, use their ARNs"
    )


def test_labels_are_unique() -> None:
    error = refusal(Put(ALICE, label="a"), Put(User("u2", "x"), label="b"), Delete({"user_id": "u3"}, label="a"))
    [problem] = error.problems
    assert (problem.index, problem.label) == (2, "a")


def test_four_megabytes_are_the_most() -> None:
    large = "x" * 400_000
    assert users.request(TransactWrite(writes=[Put(User(f"u{n}", large)) for n in range(10)]))
    with pytest.raises(UsageError, match="4 MB"):
        users.request(TransactWrite(writes=[Put(User(f"u{n}", large)) for n in range(11)]))


def test_one_item_over_400_kb_is_named() -> None:
    error = refusal(Put(ALICE), Put(User("u2", "x" * 409_600)))
    [problem] = error.problems
    assert problem.index == 1
    assert "400 KB" in problem.text


def test_text_of_the_longest_characters_is_counted_in_bytes() -> None:
    # In characters it is a quarter of 4 MB and a little more, so nothing else tells that it is too large.
    text = "\N{GRINNING FACE}" * 99_000
    operations = [Put(User(f"u{number}", text)) for number in range(11)]
    assert len(text) * 11 * 3 < MAX_TOTAL_BYTES < len(text.encode()) * 11
    [problem] = refusal(*operations).problems
    assert "bytes together; DynamoDB allows 4194304 (4 MB)" in problem.text


def test_a_short_item_in_long_json_is_not_too_large() -> None:
    # Escapes make the JSON up to six times as long as the item DynamoDB counts.
    assert users.request(Put(User("u1", "\x00" * 300_000)))


def test_every_finding_of_every_operation_is_in_one_error() -> None:
    error = refusal(
        Put(User("", "x")),
        Put(User("u2", 5)),  # type: ignore[arg-type]
        Update({}, updates={"nam": "x"}),
        Update({"user_id": "u4"}, updates={}),
        Update({"user_id": "u5"}, updates={"user_id": "u6"}, condition={"balance": "x"}, label="five"),
        Delete({"user_id": "u7"}, return_values="ALL_OLD"),
        ConditionCheck({"userid": "u8"}, condition=item_exists()),
        Put(ALICE),
        Delete(KEY),
        idempotency_token="x" * 40,
    )
    assert [problem.index for problem in error.problems] == [None, 0, 1, 2, 2, 3, 4, 4, 5, 6, 8]
    assert type(error) is UsageError
    text = str(error)
    assert "TransactWrite was not sent, 11 problems:" in text
    assert "[4] (five) Update User user_id='u5': " in text
    assert {problem.label for problem in error.problems if problem.index == 4} == {"five"}


def test_a_duplicate_is_found_behind_another_mistake() -> None:
    error = refusal(Put(ALICE), Update(KEY, updates={"nam": "x"}))
    assert len(error.problems) == 2


def test_values_that_do_not_fit_alone_are_a_validation_error() -> None:
    error = refusal(Put(User("u1", "secret", "hidden")), Update({"user_id": "u2"}, updates={"name": 5}))  # type: ignore[arg-type]
    assert isinstance(error, ItemValidationError)
    assert [(failure.path, failure.found) for failure in error.failures] == [("balance", "str"), ("name", "int")]
    assert "secret" not in str(error)
    assert "hidden" not in str(error)


def test_another_entitys_item_is_named_by_its_place() -> None:
    wrong: Any = Put(Order("o1"))
    [problem] = refusal(Put(ALICE), wrong).problems
    assert problem.index == 1
    assert "User items must be User, not Order" in problem.text


def test_a_finding_never_makes_a_request() -> None:
    flow = TransactWrite(writes=[Delete({})]).__flow__(users.__model__)
    with pytest.raises(UsageError):
        next(flow)


def test_limits_hold_for_all_groups_together() -> None:
    groups = [users.prepare(puts(60)), orders.prepare([Delete({"order_id": f"o{n}"}) for n in range(41)])]
    with pytest.raises(UsageError, match="101 operations"):
        table.request(TableTransactWrite(groups))


def test_an_expression_over_the_limit_is_named_by_its_place() -> None:
    long = or_(*({"balance": 1} for _ in range(151)))
    [problem] = refusal(Put(User("u2", "x")), Put(ALICE, condition=long)).problems
    assert problem.index == 1
    assert "301 operators and functions; DynamoDB allows 300" in problem.text
