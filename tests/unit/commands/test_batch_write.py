"""BatchWrite, played by hand."""

from datetime import datetime
from typing import Any

import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import Entity, Table, key, stored
from dynamo_document_builder.commands.batch_write import BatchWrite, BatchWriteResult
from dynamo_document_builder.errors import (
    AbortedError,
    BatchIncompleteError,
    ItemValidationError,
    OutcomeUnknownError,
    ServiceError,
    ThrottledError,
    UnexpectedResponseError,
    UsageError,
)
from dynamo_document_builder.model.options.retry_policy import RetryPolicy
from tests.unit.play import METADATA, Play, play, refused
from tests.unit.things import ALICE, ALICE_ITEM, ALICE_KEY, Order, Page, User, pages, user_key, users

MEGABYTE = 1024 * 1024
BOB = {"user_id": "bob"}
PUT_ALICE = {"PutRequest": {"Item": ALICE_ITEM}}


def people(count: int, start: int = 0) -> list[User]:
    return [User(str(number), f"name of {number}") for number in range(start, start + count)]


def put(user: User) -> dict[str, Any]:
    item = {"user_id": {"S": user.user_id}, "name": {"S": user.name}, "balance": {"N": str(user.balance)}}
    return {"PutRequest": {"Item": {**user_key(user.user_id), **item}}}


def delete(user_id: str) -> dict[str, Any]:
    return {"DeleteRequest": {"Key": user_key(user_id)}}


def left(*writes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"UnprocessedItems": {"app": list(writes)} if writes else {}, **more}


def sent(payloads: list[dict[str, Any]]) -> list[Any]:
    return [payload["RequestItems"]["app"] for payload in payloads]


def test_puts_and_deletes_are_one_request() -> None:
    payloads, result = play(BatchWrite([ALICE], deletes=[BOB]).__flow__(users.__model__), left())
    assert payloads == [{"RequestItems": {"app": [PUT_ALICE, delete("bob")]}}]
    assert result == BatchWriteResult(
        items=(ALICE,),
        count=2,
        unprocessed=BatchWrite[User](),
        attempts=1,
        response_metadata=METADATA,
        item_collection_metrics={},
    )
    assert not result.unprocessed


def test_every_option_is_in_the_request() -> None:
    command = BatchWrite([ALICE], return_consumed_capacity="INDEXES", return_item_collection_metrics="SIZE")
    payloads, _ = play(command.__flow__(users.__model__), left())
    assert payloads == [
        {
            "RequestItems": {"app": [PUT_ALICE]},
            "ReturnConsumedCapacity": "INDEXES",
            "ReturnItemCollectionMetrics": "SIZE",
        }
    ]


def test_more_than_twenty_five_writes_are_several_requests() -> None:
    command = BatchWrite(people(40), deletes=[{"user_id": f"d{number}"} for number in range(20)])
    payloads, result = play(command.__flow__(users.__model__), *[left()] * 3)
    assert [len(writes) for writes in sent(payloads)] == [25, 25, 10]
    assert [write for writes in sent(payloads) for write in writes] == [
        *map(put, people(40)),
        *(delete(f"d{number}") for number in range(20)),
    ]
    assert (result.count, result.attempts) == (60, 3)


def test_requests_stay_under_what_dynamodb_takes_in_one() -> None:
    """An item of 390 KB that is mostly flags is megabytes of JSON."""
    flags = [True] * 190_000  # 2 bytes each, and 14 of JSON
    bulky = [Page(str(number), extra={"flags": flags}) for number in range(12)]
    script = Play([{}] * 2)
    assert script.run(BatchWrite(bulky).__flow__(pages.__model__)).count == 12
    assert [len(request.payload["RequestItems"]["pages"]) for request in script.requests] == [6, 6]
    assert all(14 * MEGABYTE < len(request.body) <= 16 * MEGABYTE for request in script.requests)


def test_what_was_left_unwritten_is_sent_again_after_a_pause() -> None:
    one, two, three = people(3)
    script = Play([left(delete("bob"), put(three)), left(put(three)), left()])
    result = script.run(BatchWrite([one, two, three], deletes=[BOB]).__flow__(users.__model__))
    assert sent([request.payload for request in script.requests]) == [
        [put(one), put(two), put(three), delete("bob")],
        [put(three), delete("bob")],
        [put(three)],
    ]
    assert (result.count, result.attempts) == (4, 3)
    assert script.pauses == [0.05, 0.05]


def test_what_was_left_is_dealt_out_anew() -> None:
    everyone = people(50)
    payloads, _ = play(
        BatchWrite(everyone).__flow__(users.__model__),
        left(*map(put, everyone[5:25])),
        left(*map(put, everyone[45:])),
        left(),
    )
    assert sent(payloads)[2] == [*map(put, everyone[5:25]), *map(put, everyone[45:])]


def test_throttling_is_waited_out() -> None:
    throttled = refused("ProvisionedThroughputExceededException")
    held = refused("ReplicatedWriteConflictException", http_status=409)
    script = Play([throttled, held, left()])
    assert script.run(BatchWrite([ALICE]).__flow__(users.__model__)).count == 1
    assert script.pauses == [0.05, 0.1]


def test_the_same_write_given_twice_is_sent_once() -> None:
    command = BatchWrite([ALICE, evolve(ALICE)], deletes=[BOB, User("bob", "whoever")])
    payloads, result = play(command.__flow__(users.__model__), left())
    assert sent(payloads) == [[PUT_ALICE, delete("bob")]]
    assert result.count == 4


def test_the_same_write_given_twice_is_left_twice() -> None:
    script = Play([left(PUT_ALICE), left(PUT_ALICE)])
    batch = BatchWrite([ALICE, ALICE], deletes=[BOB, BOB], retry=RetryPolicy(max_attempts=1))
    with pytest.raises(BatchIncompleteError, match="2 of 4 writes done, 2 not") as incomplete:
        script.run(batch.__flow__(users.__model__))
    assert incomplete.value.unprocessed == evolve(batch, deletes=())


def test_different_writes_of_one_item_are_refused_with_both_places() -> None:
    batch = BatchWrite([*people(2), User("1", "s3cr3t"), ALICE], deletes=[BOB, {"user_id": "u1"}])
    with pytest.raises(UsageError) as refusal:
        users.request(batch)
    why = "DynamoDB applies the writes of a batch in any order: leave one out, or send it afterwards"
    assert str(refusal.value) == (
        "BatchWrite was not sent, 2 problems:\n"
        f"  [1] Delete User user_id='u1': is about the same item as [3] Put User user_id='u1'; {why}\n"
        f"  [2] Put User user_id='1': is about the same item as [1] Put User user_id='1'; {why}"
    )
    assert [problem.index for problem in refusal.value.problems] == [1, 2]


def test_keys_that_are_equal_numbers_are_one_item() -> None:
    readings = Entity(Order, Table("readings", partition_key="n", sort_key=None), partition_key=lambda o: int(o.status))
    with pytest.raises(UsageError, match=r"\[1\] Put Order status='01': is about the same item as \[0\]"):
        readings.request(BatchWrite([Order("a", "1"), Order("b", "01")]))


def test_attempts_that_do_nothing_run_out() -> None:
    everyone = people(30)
    script = Play([left(put(everyone[3])), left(), left(put(everyone[3])), left(put(everyone[3]))])
    batch = BatchWrite(everyone, retry=RetryPolicy(max_attempts=2))
    with pytest.raises(BatchIncompleteError) as incomplete:
        script.run(batch.__flow__(users.__model__))
    error = incomplete.value
    assert str(error) == (
        "BatchWrite User in table app: 29 of 30 writes done, 1 not: DynamoDB returned them as unprocessed "
        "2 times in a row. You can safely send the unprocessed writes again: puts and deletes without a condition are "
        "idempotent"
    )
    assert (error.result.count, error.result.attempts) == (29, 4)
    assert error.unprocessed == evolve(batch, items=[everyone[3]])
    assert error.unprocessed.items[0] is everyone[3]
    assert error.result.items == (*everyone[:3], *everyone[4:])


def test_what_is_left_can_be_sent_as_it_is() -> None:
    everyone = people(30)
    batch = BatchWrite(everyone, deletes=[BOB], timeout=5, return_consumed_capacity="TOTAL")
    with pytest.raises(BatchIncompleteError) as incomplete:
        play(batch.__flow__(users.__model__), left(put(everyone[0])), refused("InternalServerError", http_status=500))
    rest = incomplete.value.unprocessed
    assert rest == evolve(batch, items=[everyone[0], *everyone[25:]])
    payloads, result = play(rest.__flow__(users.__model__), left())
    assert sent(payloads) == [[put(everyone[0]), *map(put, everyone[25:]), delete("bob")]]
    assert result.count == len(rest) == 7


def unknown(_: object) -> OutcomeUnknownError:
    return OutcomeUnknownError("no answer", operation="BatchWriteItem")


def test_an_unknown_outcome_of_the_first_request_names_the_command() -> None:
    batch = BatchWrite([ALICE])
    with pytest.raises(OutcomeUnknownError) as lost:
        play(batch.__flow__(users.__model__), unknown)
    assert lost.value.command is batch


def test_an_unknown_outcome_later_leaves_its_writes_to_be_sent_again() -> None:
    everyone = people(60)
    with pytest.raises(BatchIncompleteError, match="25 of 60 writes done, 35 not: OutcomeUnknownError") as incomplete:
        play(BatchWrite(everyone).__flow__(users.__model__), left(), unknown)
    assert incomplete.value.unprocessed.items == tuple(everyone[25:])
    assert isinstance(incomplete.value.__cause__, OutcomeUnknownError)


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        (refused("AccessDeniedException"), ServiceError),
        (lambda _: AbortedError("aborted"), AbortedError),
        (lambda _: LookupError("an SDK's own"), LookupError),
    ],
)
def test_what_ends_it_is_raised_alone_or_with_what_was_written(end: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        play(BatchWrite(people(60)).__flow__(users.__model__), end)
    with pytest.raises(BatchIncompleteError) as incomplete:
        play(BatchWrite(people(60)).__flow__(users.__model__), left(), left(put(people(26)[25])), end)
    assert isinstance(incomplete.value.__cause__, kind)
    assert incomplete.value.result.count == 49
    assert incomplete.value.unprocessed.items == (people(26)[25], *people(10, 50))


def test_a_batch_that_was_throttled_from_the_start_is_whole_in_the_error() -> None:
    batch = BatchWrite([ALICE], deletes=[BOB], retry=RetryPolicy(max_attempts=1))
    with pytest.raises(BatchIncompleteError, match="0 of 2 writes done, 2 not: ThrottledError: ") as incomplete:
        play(batch.__flow__(users.__model__), refused("ThrottlingException"))
    assert incomplete.value.unprocessed == batch
    assert isinstance(incomplete.value.__cause__, ThrottledError)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(left(delete("u1")), id="deleted instead of put"),
        pytest.param(left(put(User("bob", ""))), id="put instead of deleted"),
        pytest.param(left(PUT_ALICE, PUT_ALICE), id="twice"),
        pytest.param(left(delete("other")), id="another key"),
        pytest.param({"UnprocessedItems": {"other": [PUT_ALICE]}}, id="another table"),
        pytest.param(left({}), id="nothing in particular"),
        pytest.param(left({**PUT_ALICE, **delete("bob")}), id="both at once"),
        pytest.param(left({"PutRequest": {"Item": {"name": {"S": "s3cr3t"}}}}), id="no key"),
        pytest.param({"UnprocessedItems": {"app": "s3cr3t"}}, id="no list"),
    ],
)
def test_an_answer_that_makes_no_sense_is_never_guessed_at(answer: Any) -> None:
    with pytest.raises(UnexpectedResponseError) as unexpected:
        play(BatchWrite([ALICE], deletes=[BOB]).__flow__(users.__model__), answer)
    assert "s3cr3t" not in str(unexpected.value)


def test_nothing_of_such_an_answer_counts_as_done() -> None:
    everyone = people(50)
    with pytest.raises(
        BatchIncompleteError, match="25 of 50 writes done, 25 not: UnexpectedResponseError"
    ) as incomplete:
        play(BatchWrite(everyone).__flow__(users.__model__), left(), left(put(everyone[30]), delete("other")))
    assert incomplete.value.unprocessed.items == tuple(everyone[25:])
    assert isinstance(incomplete.value.__cause__, UnexpectedResponseError)


def test_an_unwritten_put_is_known_by_its_key_alone() -> None:
    """DynamoDB may write a number or a set in another way than it was sent."""
    back = {"PutRequest": {"Item": {**ALICE_ITEM, "balance": {"N": "1E2"}}}}
    payloads, _ = play(BatchWrite([ALICE]).__flow__(users.__model__), left(back), left())
    assert sent(payloads) == [[PUT_ALICE], [PUT_ALICE]]


def test_capacity_and_metrics_are_gathered() -> None:
    everyone = people(30)
    metrics = {"ItemCollectionKey": {"PK": {"S": "x"}}, "SizeEstimateRangeGB": [0.0, 1.0]}
    answer = left(
        ConsumedCapacity=[{"TableName": "app", "CapacityUnits": 25.0}], ItemCollectionMetrics={"app": [metrics]}
    )
    _, result = play(BatchWrite(everyone).__flow__(users.__model__), answer, answer)
    assert [one.capacity_units for one in result.consumed_capacity] == [25.0, 25.0]
    assert len(result.item_collection_metrics["app"]) == 2


def test_findings_come_together_each_at_its_place() -> None:
    items: list[Any] = [User("u1", 5), ALICE, Order("o1"), User("", "Ann")]  # type: ignore[arg-type]
    deletes: list[Any] = [{"usr_id": "u1"}, BOB]
    with pytest.raises(UsageError) as refusal:
        users.request(BatchWrite(items, deletes=deletes))
    assert str(refusal.value) == (
        "BatchWrite was not sent, 4 problems:\n"
        "  [0] Put User user_id='u1': name: expected str, found int\n"
        "  [0] Delete User usr_id='u1': User has no field 'usr_id'; did you mean 'user_id'?\n"
        "  [2] Put User: User items must be User, not Order\n"
        "  [3] Put User user_id='': PK: part 2 of a key is empty: give it a text"
    )


def test_values_of_the_wrong_type_are_an_error_of_their_own() -> None:
    wrong: Any = 5
    with pytest.raises(ItemValidationError) as refusal:
        users.request(BatchWrite([User("u1", wrong), User("u2", wrong)]))
    assert [failure.path for failure in refusal.value.failures] == ["name", "name"]


def test_an_item_over_the_limit_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(UsageError, match=r"\[1\] Put User user_id='u2': the item has 4\d+ bytes"):
        users.request(BatchWrite([ALICE, User("u2", "x" * 410_000)]))


def test_a_name_that_is_no_text_is_refused_before_anything_is_sent() -> None:
    odd = Page("p1", extra={"\ud800": 1})
    with pytest.raises(UsageError, match="a key that is not text"):
        pages.request(BatchWrite([odd]))


def test_validators_are_left_out_on_request_only() -> None:
    from attrs import validators

    @frozen
    class Small:
        small_id: str
        size: int = field(default=0, validator=validators.instance_of(int))

    table = Table("app")
    small = Entity(Small, table, partition_key=lambda s: key("S", s.small_id), sort_key=lambda _: "META")
    assert small.request(BatchWrite([Small("a")], skip_validation=True)).operation == "BatchWriteItem"


def test_an_empty_batch_is_refused_when_it_is_sent() -> None:
    with pytest.raises(UsageError, match="BatchWrite User was not sent: it has no items and no deletes"):
        users.request(BatchWrite())


@pytest.mark.parametrize("given", ["u1", b"u1", {"user_id": "u1"}, 5, None, ALICE])
def test_items_and_deletes_are_lists(given: Any) -> None:
    with pytest.raises(UsageError, match=r"BatchWrite takes a list of items: items=\[item, item\]"):
        BatchWrite(given)
    with pytest.raises(UsageError, match=r"BatchWrite takes a list of keys: deletes=\[\{\.\.\.\}, \{\.\.\.\}\]"):
        BatchWrite(deletes=given)


def test_a_batch_keeps_what_it_was_built_with() -> None:
    given = [ALICE]
    command = BatchWrite(given)
    given.clear()
    assert users.request(command).payload == {"RequestItems": {"app": [PUT_ALICE]}}
    assert users.request(command) == users.request(command)
    assert command == BatchWrite((ALICE,))
    assert len(command) == 1


def test_a_delete_by_an_instance_reads_its_key() -> None:
    assert users.request(BatchWrite(deletes=[ALICE])).payload == {
        "RequestItems": {"app": [{"DeleteRequest": {"Key": ALICE_KEY}}]}
    }


@frozen
class Draft:
    draft_id: str
    text: str = ""
    version: int = field(default=0, metadata=stored(version=True))
    changed: datetime | None = field(default=None, metadata=stored(updated_at=True))


drafts = Entity(Draft, Table("drafts", partition_key="draft_id", sort_key=None))


def test_items_that_keep_a_version_are_refused() -> None:
    with pytest.raises(UsageError) as refusal:
        drafts.request(BatchWrite([Draft("d1")], deletes=[{"draft_id": "d2"}]))
    assert str(refusal.value) == (
        "BatchWrite Draft was not sent: a batch cannot check the version in 'version': write such items with Put, "
        "Delete and TransactWrite, or pass check_version=False to overwrite any version"
    )


def test_without_the_check_items_are_stored_as_a_put_stores_them() -> None:
    command = BatchWrite([Draft("d1"), Draft("d2", version=7)], deletes=[{"draft_id": "d3"}], check_version=False)
    payloads, result = play(command.__flow__(drafts.__model__), {})
    puts = [write["PutRequest"]["Item"] for write in payloads[0]["RequestItems"]["drafts"][:2]]
    assert [put["version"] for put in puts] == [{"N": "1"}, {"N": "8"}]
    assert puts[0]["changed"] == puts[1]["changed"]
    assert [item.version for item in result.items] == [1, 8]
    assert all(item.changed is not None for item in result.items)
    assert drafts.request(command) == drafts.request(command)


def test_the_rest_of_a_batch_counts_each_version_up_once() -> None:
    given = [Draft("d1", version=3)]
    batch = BatchWrite(given, check_version=False, retry=RetryPolicy(max_attempts=1))
    with pytest.raises(BatchIncompleteError) as incomplete:
        play(batch.__flow__(drafts.__model__), refused("ThrottlingException"))
    payloads, _ = play(incomplete.value.unprocessed.__flow__(drafts.__model__), {})
    assert payloads[0]["RequestItems"]["drafts"][0]["PutRequest"]["Item"]["version"] == {"N": "4"}


def test_of_many_findings_the_text_shows_the_first_and_the_error_has_all() -> None:
    @frozen
    class Small:
        key: str

    small = Entity(Small, Table("small", partition_key="key", sort_key=None))
    wrong: list[Any] = [Small(index) for index in range(1000)]  # type: ignore[arg-type]
    with pytest.raises(ItemValidationError) as caught:
        small.request(BatchWrite(wrong))
    assert len(caught.value.problems) == 1000
    assert str(caught.value).count("\n") == 21
    assert str(caught.value).endswith("and 980 more, all of them in .problems")
