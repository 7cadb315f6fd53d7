"""BatchGet, played by hand."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import frozen

from dynamo_document_builder import Entity, Table, key
from dynamo_document_builder.commands.batch_get import BatchGet, BatchGetResult
from dynamo_document_builder.errors import (
    AbortedError,
    BatchIncompleteError,
    ItemValidationError,
    NoAnswerError,
    RequestTimeoutError,
    ServiceError,
    StoredItemError,
    ThrottledError,
    UnexpectedResponseError,
    UsageError,
)
from dynamo_document_builder.model.options.retry_policy import RetryPolicy
from tests.unit.play import METADATA, Answer, Play, play, refused
from tests.unit.things import ALICE, ALICE_ITEM, ALICE_KEY, User, user_key, users

NOBODY = {"user_id": "nobody"}
U1 = {"user_id": "u1"}


def stored(user_id: str) -> dict[str, Any]:
    return {**user_key(user_id), "user_id": {"S": user_id}, "name": {"S": f"name of {user_id}"}}


def named(*numbers: int) -> list[dict[str, str]]:
    return [{"user_id": str(number)} for number in numbers]


def people(*numbers: int) -> list[User]:
    return [User(str(number), f"name of {number}") for number in numbers]


def found(*numbers: int, unread: tuple[int, ...] = (), **more: Any) -> dict[str, Any]:
    answer = {"Responses": {"app": [stored(str(number)) for number in numbers]}, **more}
    keys = [user_key(str(number)) for number in unread]
    return {**answer, "UnprocessedKeys": {"app": {"Keys": keys}} if keys else {}}


def asked(payloads: list[dict[str, Any]]) -> list[list[str]]:
    return [[one["PK"]["S"][5:] for one in payload["RequestItems"]["app"]["Keys"]] for payload in payloads]


def test_items_are_in_key_order_with_holes() -> None:
    command = BatchGet([*named(1), NOBODY, *named(3, 2)])
    payloads, result = play(command.__flow__(users.__model__), found(2, 3, 1))
    assert payloads == [
        {"RequestItems": {"app": {"Keys": [user_key("1"), user_key("nobody"), user_key("3"), user_key("2")]}}}
    ]
    assert result == BatchGetResult(
        items=[*people(1), None, *people(3, 2)], unprocessed=(), attempts=1, response_metadata=METADATA
    )


def test_a_key_given_twice_is_asked_for_once_and_given_twice() -> None:
    keys = [U1, NOBODY, User("u1", "whoever"), NOBODY]
    payloads, result = play(BatchGet(keys).__flow__(users.__model__), {"Responses": {"app": [ALICE_ITEM]}})
    assert payloads[0]["RequestItems"]["app"]["Keys"] == [ALICE_KEY, user_key("nobody")]
    assert result.items == [ALICE, None, ALICE, None]
    assert result.items[0] is not result.items[2]


def test_every_option_is_in_the_request() -> None:
    command = BatchGet([U1], consistent=True, projection=["name"], return_consumed_capacity="TOTAL")
    payloads, result = play(
        command.__flow__(users.__model__), {"Responses": {"app": [{**ALICE_KEY, "name": {"S": "Alice"}}]}}
    )
    assert payloads == [
        {
            "RequestItems": {
                "app": {
                    "Keys": [ALICE_KEY],
                    "ConsistentRead": True,
                    "ProjectionExpression": "#0, #1, #2",
                    "ExpressionAttributeNames": {"#0": "name", "#1": "PK", "#2": "SK"},
                }
            },
            "ReturnConsumedCapacity": "TOTAL",
        }
    ]
    assert result.items == [{"name": "Alice"}]


def test_a_class_with_some_of_the_fields_reads_those() -> None:
    @frozen
    class Named:
        name: str

    _, result = play(BatchGet([U1], projection=Named).__flow__(users.__model__), {"Responses": {"app": [ALICE_ITEM]}})
    assert result.items == [Named("Alice")]


def test_more_than_a_hundred_keys_are_several_requests() -> None:
    command = BatchGet(named(*range(250)))
    payloads, result = play(
        command.__flow__(users.__model__), found(*range(100)), found(*range(199, 99, -1)), found(*range(200, 240))
    )
    assert [len(keys) for keys in asked(payloads)] == [100, 100, 50]
    assert result.items == [*people(*range(240)), *[None] * 10]
    assert result.attempts == 3


def test_duplicates_do_not_fill_requests() -> None:
    payloads, _ = play(BatchGet(named(*range(100)) * 3).__flow__(users.__model__), found(*range(100)))
    assert [len(keys) for keys in asked(payloads)] == [100]


def test_what_was_left_unread_is_asked_for_again_after_a_pause() -> None:
    script = Play([found(1, unread=(3, 2)), found(3, unread=(2,)), found(2)])
    result = script.run(BatchGet(named(1, 2, 3)).__flow__(users.__model__))
    assert result.items == people(1, 2, 3)
    assert (result.unprocessed, result.attempts) == ((), 3)
    assert asked([request.payload for request in script.requests]) == [["1", "2", "3"], ["2", "3"], ["2"]]
    assert script.pauses == [0.05, 0.05]


def test_what_was_left_by_several_requests_is_asked_for_together() -> None:
    first, second = found(*range(90), unread=tuple(range(90, 100))), found(*range(100, 130), unread=(130, 131))
    payloads, result = play(
        BatchGet(named(*range(132))).__flow__(users.__model__), first, second, found(*range(90, 100), 130, 131)
    )
    assert asked(payloads)[2] == [str(number) for number in (*range(90, 100), 130, 131)]
    assert result.items == people(*range(132))


def test_reads_that_go_on_are_never_given_up() -> None:
    """An answer over 16 MB leaves keys unread every time."""
    answers: list[Answer] = [found(number, unread=tuple(range(number + 1, 30))) for number in range(30)]
    script = Play(answers)
    result = script.run(BatchGet(named(*range(30)), retry=RetryPolicy(max_attempts=2)).__flow__(users.__model__))
    assert result.items == people(*range(30))
    assert script.pauses == [0.05] * 29


def test_a_throttled_request_is_sent_again_with_growing_pauses() -> None:
    throttled = refused("ProvisionedThroughputExceededException", attempts=4)
    script = Play([throttled, throttled, throttled, found(1)])
    result = script.run(BatchGet(named(1)).__flow__(users.__model__))
    assert result.items == people(1)
    assert script.pauses == [0.05, 0.1, 0.2]
    assert result.attempts == 13


def test_pauses_are_short_again_once_something_was_read() -> None:
    throttled = refused("ThrottlingException")
    script = Play([throttled, throttled, found(1, unread=(2,)), throttled, found(2)])
    script.run(BatchGet(named(1, 2)).__flow__(users.__model__))
    assert script.pauses == [0.05, 0.1, 0.05, 0.05]


def test_where_nothing_was_read_the_rest_waits_its_turn_and_goes_first() -> None:
    script = Play([refused("ThrottlingException"), found(*range(100, 150), *range(50)), found(*range(50, 100))])
    result = script.run(BatchGet(named(*range(150))).__flow__(users.__model__))
    sent = asked([request.payload for request in script.requests])
    assert [one[0] for one in sent] == ["0", "100", "50"]
    assert result.items == people(*range(150))
    assert script.pauses == [0.05]


def test_attempts_that_do_nothing_run_out() -> None:
    script = Play([found(1, unread=(2, 3)), found(unread=(2, 3)), found(unread=(2, 3)), found(unread=(3, 2))])
    keys = named(1, 2, 3, 2)
    with pytest.raises(BatchIncompleteError) as incomplete:
        script.run(BatchGet(keys, retry=RetryPolicy(max_attempts=3)).__flow__(users.__model__))
    error = incomplete.value
    assert str(error) == (
        "BatchGet User in table app: 1 of 4 reads done, 3 not: DynamoDB returned them as unprocessed 3 times in a row. "
        "You can safely send the unprocessed reads again: reads change nothing"
    )
    assert error.result == BatchGetResult(
        items=[*people(1), None, None, None], unprocessed=tuple(keys[1:]), attempts=4, response_metadata=METADATA
    )
    assert error.unprocessed == tuple(keys[1:])
    assert error.__cause__ is None
    assert len(script.pauses) == 3


def test_once_is_once() -> None:
    script = Play([found(unread=(1,))])
    with pytest.raises(BatchIncompleteError, match="0 of 1 reads done, 1 not"):
        script.run(BatchGet(named(1), retry=RetryPolicy(max_attempts=1)).__flow__(users.__model__))
    assert script.pauses == []


def test_throttling_that_does_not_end_is_the_cause() -> None:
    script = Play([refused("ThrottlingException", http_status=400)] * 2)
    with pytest.raises(BatchIncompleteError, match="0 of 1 reads done, 1 not: ThrottledError: ") as incomplete:
        script.run(BatchGet(named(1), retry=RetryPolicy(max_attempts=2)).__flow__(users.__model__))
    assert isinstance(incomplete.value.__cause__, ThrottledError)
    assert incomplete.value.result.response_metadata.request_id == "request-1"


ENDS = [
    lambda _: RequestTimeoutError("late"),
    lambda _: AbortedError("aborted"),
    lambda _: NoAnswerError("gone"),
    refused("AccessDeniedException"),
    lambda _: LookupError("an SDK's own"),
]


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_it_before_anything_was_read_is_raised_as_it_is(end: Any) -> None:
    with pytest.raises((RequestTimeoutError, AbortedError, NoAnswerError, ServiceError, LookupError)):
        play(BatchGet(named(*range(150))).__flow__(users.__model__), end)


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_it_later_keeps_what_was_read(end: Any) -> None:
    keys = named(*range(250))
    with pytest.raises(BatchIncompleteError, match="99 of 250 reads done, 151 not: ") as incomplete:
        play(BatchGet(keys).__flow__(users.__model__), found(*range(98), unread=(99,)), end)
    result = incomplete.value.result
    assert result.items == [*people(*range(98)), *[None] * 152]
    assert result.unprocessed == tuple(keys[99:])
    assert isinstance(incomplete.value.__cause__, (AbortedError, NoAnswerError, ServiceError, LookupError))


def test_what_ends_a_pause_keeps_what_was_read() -> None:
    flow = BatchGet(named(1, 2)).__flow__(users.__model__)
    script = Play([found(1, unread=(2,))])
    step = script._answer(flow, next(flow))
    assert step.at_most == 0.05
    with pytest.raises(BatchIncompleteError) as incomplete:
        flow.throw(RequestTimeoutError("late"))
    assert incomplete.value.unprocessed == ({"user_id": "2"},)


def test_unprocessed_keys_are_the_callers_own_objects() -> None:
    keys = [ALICE, *named(2)]
    with pytest.raises(BatchIncompleteError) as incomplete:
        play(
            BatchGet(keys, retry=RetryPolicy(max_attempts=1)).__flow__(users.__model__), refused("ThrottlingException")
        )
    assert incomplete.value.unprocessed[0] is ALICE
    assert BatchGet(incomplete.value.unprocessed) == BatchGet(keys)


def test_an_item_that_does_not_fit_is_said_as_get_says_it() -> None:
    wrong = {**ALICE_ITEM, "balance": {"S": "much"}}
    with pytest.raises(StoredItemError, match=r"User PK='USER#u1' SK='META' in table app .* balance: expected int"):
        play(BatchGet([U1]).__flow__(users.__model__), {"Responses": {"app": [wrong]}})


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(found(1, 5), id="another key"),
        pytest.param(found(1, 1), id="twice"),
        pytest.param(found(1, unread=(1,)), id="read and unread"),
        pytest.param(found(1, unread=(5,)), id="another key unread"),
        pytest.param({"Responses": {"other": [stored("1")]}}, id="another table"),
        pytest.param({"UnprocessedKeys": {"other": {"Keys": [user_key("1")]}}}, id="another table unread"),
        pytest.param({"Responses": {"app": [{"name": {"S": "s3cr3t"}}]}}, id="no key"),
        pytest.param({"Responses": {"app": [{"PK": {"S": "USER#1"}}]}}, id="half a key"),
        pytest.param({"Responses": {"app": "s3cr3t"}}, id="no items"),
        pytest.param({"UnprocessedKeys": {"app": {}}}, id="no keys"),
        pytest.param(b"<html>", id="no JSON"),
    ],
)
def test_an_answer_that_makes_no_sense_is_never_guessed_at(answer: Any) -> None:
    with pytest.raises(UnexpectedResponseError) as unexpected:
        play(BatchGet(named(1, 2)).__flow__(users.__model__), answer)
    assert "s3cr3t" not in str(unexpected.value)
    assert "was applied" not in str(unexpected.value)


def test_an_answer_may_name_the_table_by_its_arn() -> None:
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/app"
    _, result = play(BatchGet([U1]).__flow__(users.__model__), {"Responses": {arn: [ALICE_ITEM]}})
    assert result.items == [ALICE]


def test_numbers_in_keys_match_however_they_are_written() -> None:
    @frozen
    class Reading:
        sensor: int
        at: int

    readings = Entity(Reading, Table("readings", partition_key="sensor", sort_key="at"))
    keys = [{"sensor": 1, "at": 100}, {"sensor": 1, "at": 20}]
    item = {"sensor": {"N": "1.0"}, "at": {"N": "1E2"}}
    unread = {"readings": {"Keys": [{"at": {"N": "2e1"}, "sensor": {"N": "01"}}]}}
    script = Play([{"Responses": {"readings": [item]}, "UnprocessedKeys": unread}, {"Responses": {"readings": []}}])
    assert script.run(BatchGet(keys).__flow__(readings.__model__)).items == [Reading(1, 100), None]


def test_capacity_is_listed_per_request() -> None:
    units = [{"TableName": "app", "CapacityUnits": number} for number in (3.0, 0.5)]
    _, result = play(
        BatchGet(named(1, 2), return_consumed_capacity="TOTAL").__flow__(users.__model__),
        found(1, unread=(2,), ConsumedCapacity=[units[0]]),
        found(2, ConsumedCapacity=[units[1]]),
    )
    assert [one.capacity_units for one in result.consumed_capacity] == [3.0, 0.5]


def test_findings_come_together_each_at_its_place() -> None:
    keys: list[Any] = [{"user_id": 5}, U1, {"usr_id": "u1"}, "u1", {}]
    with pytest.raises(UsageError) as refusal:
        users.request(BatchGet(keys, projection=["nam"]))
    assert str(refusal.value) == (
        "BatchGet was not sent, 5 problems:\n"
        "  BatchGet User: User has no field 'nam'; did you mean 'name'?\n"
        "  [0] Get User user_id=5: user_id: expected str, found int\n"
        "  [2] Get User usr_id='u1': User has no field 'usr_id'; did you mean 'user_id'?\n"
        "  [3] Get User: a key of User is a mapping of fields or a User, not str\n"
        "  [4] Get User: its key is incomplete: PK is built from field 'user_id', which key= does not give"
    )
    assert [problem.index for problem in refusal.value.problems] == [None, 0, 2, 3, 4]
    assert refusal.value.problems[1].key == {"user_id": 5}


def test_values_of_the_wrong_type_are_an_error_of_their_own() -> None:
    with pytest.raises(ItemValidationError) as refusal:
        users.request(BatchGet([{"user_id": 5}, {"user_id": None}]))
    assert [failure.path for failure in refusal.value.failures] == ["user_id", "user_id"]


def test_no_keys_are_refused() -> None:
    with pytest.raises(UsageError, match="BatchGet User was not sent: it has no keys"):
        users.request(BatchGet([]))


@pytest.mark.parametrize("keys", ["u1", b"u1", {"user_id": "u1"}, 5, None])
def test_keys_are_a_list(keys: Any) -> None:
    with pytest.raises(UsageError, match=r"BatchGet takes a list of keys: keys=\[\{\.\.\.\}, \{\.\.\.\}\]"):
        BatchGet(keys)


@pytest.mark.parametrize("retry", [3, None, RetryPolicy])
def test_retry_is_a_policy(retry: Any) -> None:
    with pytest.raises(UsageError, match=r"BatchGet\(retry=\.\.\.\): must be a RetryPolicy, not "):
        BatchGet([U1], retry=retry)


def test_a_batch_keeps_what_it_was_built_with() -> None:
    given = {"user_id": "u1"}
    keys = [given]
    command = BatchGet(key for key in keys)
    given["user_id"] = "u2"
    assert users.request(command).payload["RequestItems"]["app"]["Keys"] == [ALICE_KEY]
    assert users.request(command) == users.request(command)
    assert repr(command) == "BatchGet(({'user_id': 'u1'},))"


def test_key_attributes_may_be_called_anything() -> None:
    table = Table("app", partition_key='the "PK"', sort_key=None)
    odd = Entity(User, table, partition_key=lambda u: key("USER", u.user_id))
    item = {**ALICE_ITEM, 'the "PK"': {"S": "USER#u1"}}
    payloads, result = play(BatchGet([U1]).__flow__(odd.__model__), {"Responses": {"app": [item]}})
    assert payloads[0]["RequestItems"]["app"]["Keys"] == [{'the "PK"': {"S": "USER#u1"}}]
    assert result.items == [ALICE]
