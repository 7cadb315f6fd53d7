"""Others who use the same client notice nothing: other threads, other calls, handlers and the calls they make."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder.errors import ServiceError
from dynamo_document_builder.transports.botocore import BotocoreTransport
from dynamo_document_builder.transports.sdk.events import clear_handler_cache
from tests.unit.transports.server import Answer, Server, refused
from tests.unit.transports.written import get, primary, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.transports.conftest import MakeClient

BEFORE_OURS = ["provide-client-params", "before-parameter-build", "before-call"]
DURING_OURS = ["request-created", "before-send", "before-parse", "response-received", "needs-retry", "after-call"]
OUR_KEY, THEIR_KEY = primary("ours"), primary("theirs")


def echo(operation: str, body: bytes) -> Answer:
    """Answer a read with its own table and key, so that a mixed-up answer shows; refuse what has no key."""
    payload = json.loads(body)
    subject = payload.get("Key") or payload.get("Item")
    if not subject:
        return refused("ValidationException")
    answer = (
        {"Item": {**subject, "table": {"S": payload["TableName"]}}, "FromTheFuture": 1}
        if operation == "GetItem"
        else {}
    )
    return Answer(json.dumps(answer).encode())


def echoed(table: str, key: dict[str, Any]) -> dict[str, Any]:
    return {**key, "table": {"S": table}}


@pytest.fixture
def echo_server(server: Server) -> Server:
    server.otherwise = echo
    return server


def item(transport: BotocoreTransport, key: dict[str, Any], table: str = "app") -> Any:
    return json.loads(transport.send(get(key, table)).body).get("Item")


def assert_bytes_come_out(transport: BotocoreTransport) -> None:
    """Check that botocore parsed every answer but ours, which holds what botocore does not know."""
    parsed: list[bool] = []
    client: Any = transport.client
    client.meta.events.register("after-call.dynamodb", lambda **given: parsed.append("Item" in given["parsed"]))
    answer = json.loads(transport.send(get(OUR_KEY)).body)
    assert answer == {"Item": echoed("app", OUR_KEY), "FromTheFuture": 1}
    assert parsed.count(False) == 1


def raw_item(client: Any, key: dict[str, Any], table: str = "theirs") -> Any:
    return client.get_item(TableName=table, Key=key).get("Item")


def test_threads_of_both_kinds_get_their_own_answers(echo_server: Server, make_client: MakeClient) -> None:
    client = make_client(echo_server.endpoint)
    start = threading.Barrier(8)
    wrong: list[Any] = []

    def hammer(name: str, fetch: Callable[[dict[str, Any], str], Any]) -> None:
        start.wait(10)
        for number in range(40):
            key, table = primary(f"{name}-{number}"), f"table-{name}"
            found = fetch(key, table)
            if found != echoed(table, key):
                wrong.append((name, number, found))

    fetchers: list[Callable[[dict[str, Any], str], Any]] = [
        lambda key, table: item(BotocoreTransport(client), key, table),
        lambda key, table: raw_item(client, key, table),
    ]
    threads = [threading.Thread(target=hammer, args=(f"t{n}", fetchers[n % 2]), daemon=True) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert len(echo_server.received) == 8 * 40


def test_tasks_in_threads_get_their_own_answers(echo_server: Server, make_client: MakeClient) -> None:
    client = make_client(echo_server.endpoint)

    async def both() -> list[Any]:
        ours = [asyncio.to_thread(item, BotocoreTransport(client), primary(str(n))) for n in range(10)]
        theirs = [asyncio.to_thread(raw_item, client, primary(str(n))) for n in range(10)]
        return await asyncio.gather(*ours, *theirs)

    answers = asyncio.run(both())
    assert answers == [echoed(table, primary(str(n))) for table in ("app", "theirs") for n in range(10)]


def test_plain_calls_between_ours_are_plain(echo_server: Server, make_client: MakeClient) -> None:
    client = make_client(echo_server.endpoint)
    transport = BotocoreTransport(client)
    for _ in range(2):
        assert item(transport, OUR_KEY) == echoed("app", OUR_KEY)
        assert raw_item(client, THEIR_KEY) == echoed("theirs", THEIR_KEY)
    with pytest.raises(client.exceptions.ClientError):
        client.get_item(TableName="app", Key={})


@pytest.mark.parametrize("depth", ["operation", "service"])
@pytest.mark.parametrize("event", BEFORE_OURS + DURING_OURS)
def test_a_call_that_a_handler_makes_inside_ours_is_its_own(
    echo_server: Server, make_client: MakeClient, event: str, depth: str
) -> None:
    client = make_client(echo_server.endpoint)
    nested: list[Any] = []
    busy = False

    def handler(**_: Any) -> None:
        nonlocal busy
        if not busy:
            busy = True
            nested.append(raw_item(client, THEIR_KEY))
            busy = False

    client.meta.events.register(f"{event}.dynamodb{'.GetItem' if depth == 'operation' else ''}", handler)
    assert_bytes_come_out(BotocoreTransport(client))
    assert nested == [echoed("theirs", THEIR_KEY)]
    assert len(echo_server.received) == 2


@pytest.mark.parametrize("event", ["provide-client-params", "before-send", "after-call"])
def test_a_send_that_a_handler_makes_inside_ours_is_its_own(
    echo_server: Server, make_client: MakeClient, event: str
) -> None:
    client = make_client(echo_server.endpoint)
    transport = BotocoreTransport(client)
    nested: list[Any] = []

    def handler(**_: Any) -> None:
        if not nested:
            nested.append("pending")
            nested[0] = item(transport, THEIR_KEY)

    client.meta.events.register(f"{event}.dynamodb.GetItem", handler)
    assert item(transport, OUR_KEY) == echoed("app", OUR_KEY)
    assert nested == [echoed("app", THEIR_KEY)]


def test_a_nested_call_that_is_refused_leaves_ours_alone(echo_server: Server, make_client: MakeClient) -> None:
    client = make_client(echo_server.endpoint)
    refusals: list[str] = []

    def handler(**_: Any) -> None:
        if not refusals:
            refusals.append("pending")
            with pytest.raises(client.exceptions.ClientError) as refusal:
                client.get_item(TableName="app", Key={})
            refusals[0] = refusal.value.response["Error"]["Code"]

    client.meta.events.register("before-send.dynamodb.GetItem", handler)
    assert item(BotocoreTransport(client), OUR_KEY) == echoed("app", OUR_KEY)
    assert refusals == ["ValidationException"]


@pytest.mark.usefixtures("no_backoff")
def test_a_nested_call_that_never_ended_leaves_the_next_attempt_alone(
    echo_server: Server, make_client: MakeClient
) -> None:
    client = make_client(echo_server.endpoint, attempts=2)
    echo_server.script = [echo("GetItem", get(THEIR_KEY).body), refused("InternalServerError", status=500)]
    failures: list[str] = []

    def fail(**_: Any) -> None:
        if failures == ["nested"]:
            raise RuntimeError("a handler's mistake")

    def handler(**_: Any) -> None:
        if not failures:
            failures.append("nested")
            with pytest.raises(RuntimeError):
                raw_item(client, THEIR_KEY)
            failures.append("over")

    client.meta.events.register("before-parse.dynamodb", fail)
    client.meta.events.register("before-send.dynamodb", handler)
    assert_bytes_come_out(BotocoreTransport(client))


@pytest.mark.usefixtures("no_backoff")
def test_the_answer_to_a_first_attempt_is_not_taken_for_that_to_the_second(
    echo_server: Server, make_client: MakeClient
) -> None:
    client = make_client(echo_server.endpoint, attempts=2)
    echo_server.script = [refused("InternalServerError", status=500)]

    def miss_the_next(**_: Any) -> None:
        client.meta.events._emitter._lookup_cache["before-parse.dynamodb.GetItem"] = []

    client.meta.events.register("needs-retry.dynamodb", miss_the_next)
    assert item(BotocoreTransport(client), OUR_KEY) == echoed("app", OUR_KEY)


def test_botocore_parses_nothing_that_it_need_not(echo_server: Server, make_client: MakeClient) -> None:
    assert_bytes_come_out(BotocoreTransport(make_client(echo_server.endpoint)))


def test_handlers_of_the_user_still_fire_and_see_the_table(echo_server: Server, make_client: MakeClient) -> None:
    client = make_client(echo_server.endpoint)
    seen: list[str] = []

    def note(event_name: str, **given: Any) -> None:
        seen.append(event_name.partition(".")[0])
        if "params" in given and "TableName" in given["params"]:
            assert given["params"]["TableName"] == "app"

    for event in BEFORE_OURS + DURING_OURS:
        client.meta.events.register(f"{event}.dynamodb", note)
    BotocoreTransport(client).send(put(OUR_KEY))
    assert set(seen) == set(BEFORE_OURS + DURING_OURS)


def test_a_header_added_by_a_handler_is_sent(echo_server: Server, make_client: MakeClient) -> None:
    client = make_client(echo_server.endpoint)
    sent: list[Any] = []
    client.meta.events.register("before-call.dynamodb", lambda params, **_: params["headers"].update({"X-Trace": "1"}))
    client.meta.events.register("before-send.dynamodb", lambda request, **_: sent.append(request.headers["X-Trace"]))
    BotocoreTransport(client).send(put(OUR_KEY))
    assert sent in (["1"], [b"1"])


@pytest.mark.parametrize("event", ["provide-client-params", "before-parameter-build"])
def test_a_handler_that_changes_parameters_is_heeded(echo_server: Server, make_client: MakeClient, event: str) -> None:
    client = make_client(echo_server.endpoint)
    client.meta.events.register(
        f"{event}.dynamodb.GetItem", lambda params, **_: params.update(TableName="tenant-" + params["TableName"])
    )
    assert item(BotocoreTransport(client), OUR_KEY) == echoed("tenant-app", OUR_KEY)


def test_a_call_that_missed_our_handlers_is_made_in_full_and_the_next_has_them(
    echo_server: Server, make_client: MakeClient
) -> None:
    client = make_client(echo_server.endpoint)
    transport = BotocoreTransport(client)
    item(transport, OUR_KEY)
    emitter: Any = client.meta.events._emitter
    emitter._lookup_cache["before-call.dynamodb.GetItem"] = []  # what a thread leaves that looked while we registered
    assert item(transport, OUR_KEY) == echoed("app", OUR_KEY)
    assert item(transport, OUR_KEY) == echoed("app", OUR_KEY)
    bodies = [json.loads(body)["Key"] for body in echo_server.bodies]
    assert bodies == [OUR_KEY, {}, OUR_KEY, OUR_KEY]


def test_a_refusal_after_missed_handlers_is_about_the_real_request(server: Server, make_client: MakeClient) -> None:
    client = make_client(server.endpoint)
    server.script = [Answer(), refused("ValidationException", "stand-in"), refused("ValidationException", "real")]
    transport = BotocoreTransport(client)
    transport.send(put(OUR_KEY))
    client.meta.events._emitter._lookup_cache["before-call.dynamodb.PutItem"] = []
    with pytest.raises(ServiceError) as refusal:
        transport.send(put(OUR_KEY))
    assert refusal.value.message == "real"


def test_registering_twice_changes_nothing(echo_server: Server, make_client: MakeClient) -> None:
    client = make_client(echo_server.endpoint)
    first, second = BotocoreTransport(client), BotocoreTransport(client)
    first.send(put(OUR_KEY))
    handlers = handler_count(client)
    first.send(put(OUR_KEY))
    second.send(put(OUR_KEY))
    clear_handler_cache(client.meta.events)
    assert handler_count(client) == handlers


def handler_count(client: Any) -> int:
    emitter = client.meta.events._emitter
    events = ("before-call", "request-created", "before-parse", "response-received")
    return sum(len(emitter._handlers.prefix_search(f"{event}.dynamodb.PutItem")) for event in events)


def test_first_use_by_many_threads_registers_once(echo_server: Server, make_client: MakeClient) -> None:
    client = make_client(echo_server.endpoint)
    start = threading.Barrier(8)
    found: list[Any] = []

    def first_use() -> None:
        start.wait(10)
        found.append(item(BotocoreTransport(client), OUR_KEY))

    threads = [threading.Thread(target=first_use, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [echoed("app", OUR_KEY)] * 8
    BotocoreTransport(client).send(put(OUR_KEY))
    handlers = handler_count(client)
    BotocoreTransport(client).send(put(OUR_KEY))
    assert handler_count(client) == handlers


def test_a_botocore_without_the_parsing_event_gives_the_same_answer(
    echo_server: Server, make_client: MakeClient
) -> None:
    client = make_client(echo_server.endpoint)
    transport = BotocoreTransport(client)
    item(transport, OUR_KEY)
    client.meta.events._emitter._lookup_cache["before-parse.dynamodb.GetItem"] = []
    assert item(transport, OUR_KEY) == echoed("app", OUR_KEY)
