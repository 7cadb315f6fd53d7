"""An aiobotocore client: the same bytes, the same errors, and requests that end with their task."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config

from dynamo_document_builder import (
    ConditionFailedError,
    DefinitionError,
    Entity,
    Get,
    NoAnswerError,
    OutcomeUnknownError,
    Put,
    RequestTimeoutError,
    Scan,
    Table,
    ThrottledError,
    TransactWrite,
    UsageError,
    key,
)
from tests.unit.things import ALICE, ALICE_ITEM, User, users
from tests.unit.transports.server import Answer, refused
from tests.unit.transports.test_lost_answers import DAMAGED

pytest.importorskip("aiobotocore", reason="aiobotocore is not installed")

from aiobotocore.session import get_session

from dynamo_document_builder.transports.aiobotocore import AiobotocoreTransport

if TYPE_CHECKING:
    from tests.unit.transports.conftest import MakeClient
    from tests.unit.transports.server import Server

KEY = {"user_id": "u1"}
FOUND = Answer(json.dumps({"Item": ALICE_ITEM}).encode())
both_modes = pytest.mark.parametrize("wire", [True, False], ids=["wire", "plain"])


def opened(endpoint: str) -> Any:
    config = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=2, read_timeout=5)
    return get_session().create_client("dynamodb", endpoint_url=endpoint, config=config)


def entity_on(table: Table) -> Entity[User]:
    return Entity(User, table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")


def sent(endpoint: str, command: Any, *, wire: bool = True) -> Any:
    """Send a command through a client of its own, and return the result or raise its error."""

    async def scenario() -> Any:
        async with opened(endpoint) as client:
            return await entity_on(Table("app", transport=AiobotocoreTransport(client, wire=wire))).asend(command)

    return asyncio.run(scenario())


@both_modes
def test_an_answer_is_the_same_in_both_modes(server: Server, wire: bool) -> None:
    server.script = [FOUND]
    result = sent(server.endpoint, Get(KEY), wire=wire)
    assert (result.item, result.response_metadata.request_id) == (ALICE, "REQUEST1")
    assert json.loads(server.bodies[0]) == users.request(Get(KEY)).payload


@pytest.mark.parametrize("command", [Put(ALICE), Get(KEY), TransactWrite([Put(ALICE)], idempotency_token="t")])
def test_the_bytes_sent_are_those_of_the_request(server: Server, command: Any) -> None:
    sent(server.endpoint, command)
    assert server.bodies == [users.request(command).body]


def test_a_client_is_all_a_table_needs(server: Server) -> None:
    async def scenario() -> None:
        async with opened(server.endpoint) as client:
            table = Table("app", client=client)
            assert table == Table("app", client=client)
            await entity_on(table).asend(Put(ALICE))
            with pytest.raises(UsageError, match=r"async transport only, nothing was sent: await asend"):
                entity_on(table).send(Put(ALICE))
            await table.aclose()
            await entity_on(table).asend(Put(ALICE))

    asyncio.run(scenario())
    assert len(server.bodies) == 2


@both_modes
def test_a_refusal_is_in_the_callers_terms(server: Server, wire: bool) -> None:
    server.script = [refused("ConditionalCheckFailedException", Item=ALICE_ITEM)]
    command = Put(ALICE, condition={"name": "Bob"}, return_values_on_condition_check_failure="ALL_OLD")
    with pytest.raises(ConditionFailedError) as failed:
        sent(server.endpoint, command, wire=wire)
    assert failed.value.item == ALICE
    assert failed.value.command is command


def test_throttling_has_its_class(server: Server) -> None:
    server.script = [refused("ThrottlingException")]
    with pytest.raises(ThrottledError):
        sent(server.endpoint, Scan())


LOST = {"closed": Answer(closes=True), **DAMAGED}


@both_modes
@pytest.mark.parametrize("answer", LOST.values(), ids=LOST)
def test_an_answer_that_is_lost_leaves_a_write_unknown(server: Server, wire: bool, answer: Answer) -> None:
    server.otherwise = lambda _operation, _body: answer
    with pytest.raises(OutcomeUnknownError, match="whether it was applied is unknown") as unknown:
        sent(server.endpoint, Put(ALICE), wire=wire)
    assert unknown.value.command == Put(ALICE)
    with pytest.raises(NoAnswerError, match="it only reads"):
        sent(server.endpoint, Get(KEY), wire=wire)


def test_a_write_that_found_no_server_was_not_sent(closed_port: str) -> None:
    with pytest.raises(NoAnswerError, match="nothing was sent"):
        sent(closed_port, Put(ALICE))


@both_modes
def test_a_deadline_drops_the_request(server: Server, wire: bool) -> None:
    server.otherwise = lambda _operation, _body: Answer(silent=True)
    with pytest.raises(OutcomeUnknownError, match=r"no answer within 0\.\d+ seconds"):
        sent(server.endpoint, Put(ALICE, timeout=0.2), wire=wire)
    with pytest.raises(RequestTimeoutError, match="it only reads"):
        sent(server.endpoint, Get(KEY, timeout=0.2), wire=wire)


def test_a_cancelled_write_says_that_its_outcome_is_unknown(server: Server) -> None:
    server.script = [Answer(silent=True)]

    async def scenario() -> None:
        async with opened(server.endpoint) as client:
            users = entity_on(Table("app", client=client))
            writing = asyncio.create_task(users.asend(TransactWrite([Put(ALICE)], idempotency_token="t1")))
            while not server.received:  # noqa: ASYNC110  it is in another thread
                await asyncio.sleep(0.001)
            writing.cancel()
            with pytest.raises(asyncio.CancelledError) as cancelled:
                await writing
            unknown = cancelled.value.__cause__
            assert isinstance(unknown, OutcomeUnknownError)
            assert unknown.idempotency_token == "t1"
            await users.asend(Put(ALICE))

    asyncio.run(scenario())


def test_tasks_never_get_each_others_answers(server: Server) -> None:
    def echo(_operation: str, body: bytes) -> Answer:
        found = json.loads(body)["Key"]["PK"]["S"].removeprefix("USER#")
        item = {**ALICE_ITEM, "PK": {"S": f"USER#{found}"}, "user_id": {"S": found}}
        return Answer(json.dumps({"Item": item}).encode())

    server.otherwise = echo

    async def scenario() -> None:
        async with opened(server.endpoint) as client:
            users = entity_on(Table("app", client=client))
            gets = [users.asend(Get({"user_id": str(n)})) for n in range(200)]
            plain = [client.get_item(TableName="app", Key={"PK": {"S": f"USER#{n}"}}) for n in range(20)]
            answers = await asyncio.gather(*gets, *plain)
        assert [answer.item.user_id for answer in answers[:200]] == [str(n) for n in range(200)]
        assert [answer["Item"]["user_id"]["S"] for answer in answers[200:]] == [str(n) for n in range(20)]

    asyncio.run(scenario())


def test_a_client_whose_life_is_over_sends_nothing(server: Server) -> None:
    async def scenario() -> None:
        async with opened(server.endpoint) as client:
            pass
        await entity_on(Table("app", client=client)).asend(Put(ALICE))

    with pytest.raises(UsageError, match=r"PutItem on app was not sent: the `async with` of the client has ended"):
        asyncio.run(scenario())
    assert server.received == []


def test_a_client_that_is_not_open_yet_is_refused(server: Server) -> None:
    async def scenario() -> None:
        unopened = opened(server.endpoint)
        with pytest.raises(DefinitionError, match="inside `async with"):
            AiobotocoreTransport(unopened)
        async with unopened:
            pass

    asyncio.run(scenario())


def test_a_boto3_client_is_for_another_transport(make_client: MakeClient) -> None:
    with pytest.raises(DefinitionError, match="not a boto3 client"):
        AiobotocoreTransport(make_client())


@pytest.mark.parametrize("wrong", [None, 5, "client"])
def test_what_is_no_client_is_refused(wrong: Any) -> None:
    with pytest.raises(DefinitionError, match="an aiobotocore client is"):
        AiobotocoreTransport(wrong)


def test_a_client_of_another_service_is_refused() -> None:
    async def scenario() -> None:
        async with get_session().create_client("sqs") as client:
            AiobotocoreTransport(client)

    with pytest.raises(DefinitionError, match="not a client of sqs"):
        asyncio.run(scenario())
