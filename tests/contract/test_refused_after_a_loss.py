"""
A transport sends again what got no answer; if that is refused because others are in the way, nothing is known.

The refusal is about the second attempt. The first may have been applied all the same.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config

from dynamo_document_builder import (
    BotocoreTransport,
    HttpTransport,
    OutcomeUnknownError,
    Put,
    RetryPolicy,
    Table,
    ThrottledError,
    TransactionCanceledError,
    TransactWrite,
    item_exists,
)
from dynamo_document_builder.transports.http.configuration.credentials import Credentials
from tests.contract.shop import Account, accounts_in
from tests.engines import REACHABLE, REGION
from tests.proxy import Answer, canceled, honest, refusal, running_proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import boto3

    from dynamo_document_builder import Entity
    from tests.conftest import NewTable
    from tests.contract.conftest import Engine
    from tests.proxy import Asked, Fault, Proxy

pytestmark = REACHABLE

ONCE = RetryPolicy(max_attempts=1)
WRITE = TransactWrite([Put(Account("a1"))], retry=ONCE)
LOST: dict[str, Fault] = {
    "lost": lambda asked: Answer(honest(asked).payload, lost=True),
    "failed": lambda asked: (honest(asked), Answer({"__type": "x#InternalServerError"}, 500))[1],
}
IN_THE_WAY: dict[str, Fault] = {
    "conflict": lambda asked: canceled(asked, "TransactionConflict"),
    "throttled item": lambda asked: canceled(asked, "ThrottlingError"),
    "no reason": lambda _: refusal("TransactionCanceledException"),
    "throttled": lambda _: refusal("ThrottlingException"),
}


@pytest.fixture(params=["boto3", "direct"])
def behind(request: pytest.FixtureRequest, boto3_session: boto3.Session) -> Callable[[Proxy], Any]:
    """Give a function that makes a transport of two attempts."""

    @contextmanager
    def through(proxy: Proxy) -> Iterator[Any]:
        if request.param == "direct":
            keys = Credentials("testing", "testing", None)
            with HttpTransport(
                region=REGION, endpoint_url=proxy.endpoint, credentials=keys, max_attempts=2
            ) as transport:
                yield transport
            return
        client = boto3_session.client(
            "dynamodb",
            endpoint_url=proxy.endpoint,
            region_name=REGION,
            config=Config(retries={"total_max_attempts": 2, "mode": "standard"}, connect_timeout=5, read_timeout=30),
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        with closing(client):
            yield BotocoreTransport(client)

    return through


@pytest.fixture
def proxy(engine: Engine) -> Iterator[Proxy]:
    if engine.endpoint is None:
        pytest.skip(f"{engine.name} has no endpoint that a proxy could stand in front of")
    with running_proxy(engine.endpoint, 1) as proxy:
        yield proxy


def in_turn(*faults: Fault) -> Fault:
    left = iter(faults)

    def fault(asked: Asked) -> Answer:
        return next(left, honest)(asked)

    return fault


@pytest.fixture
def accounts(proxy: Proxy, behind: Any, new_table: NewTable) -> Iterator[Entity[Account]]:
    with behind(proxy) as transport:
        yield accounts_in(Table(new_table(), transport=transport))


@pytest.mark.parametrize("first", LOST)
@pytest.mark.parametrize("second", IN_THE_WAY)
def test_what_is_refused_after_a_loss_is_unknown(
    proxy: Proxy, accounts: Entity[Account], first: str, second: str
) -> None:
    proxy.fault = in_turn(LOST[first], IN_THE_WAY[second])
    with pytest.raises(OutcomeUnknownError, match="whether it was applied is unknown") as unknown:
        accounts.send(WRITE)
    assert len(proxy.seen) == 2
    assert unknown.value.resolve().applied == "before"


@pytest.mark.parametrize("second", ["conflict", "throttled"])
def test_so_is_a_single_write(proxy: Proxy, accounts: Entity[Account], second: str) -> None:
    answer = refusal("TransactionConflictException" if second == "conflict" else "ThrottlingException")
    proxy.fault = in_turn(LOST["lost"], lambda _: answer)
    with pytest.raises(OutcomeUnknownError):
        accounts.send(Put(Account("a1"), retry=ONCE))


@pytest.mark.parametrize("fault", [LOST["lost"], IN_THE_WAY["conflict"], IN_THE_WAY["throttled"]])
def test_what_cannot_be_resolved_yet_stays_unknown(proxy: Proxy, accounts: Entity[Account], fault: Fault) -> None:
    proxy.fault = lambda asked: replaced(asked, fault, proxy)
    with pytest.raises(OutcomeUnknownError) as unknown:
        accounts.send(WRITE)
    with pytest.raises(OutcomeUnknownError) as again:
        unknown.value.resolve()
    proxy.fault = honest
    assert again.value.resolve().applied == "before"


def replaced(asked: Asked, fault: Fault, proxy: Proxy) -> Answer:
    """Lose the answers of both attempts of the send, and do something else to what comes after."""
    return LOST["lost"](asked) if len(proxy.seen) <= 2 else fault(asked)


def test_a_condition_that_is_false_says_that_nothing_was_applied(proxy: Proxy, accounts: Entity[Account]) -> None:
    proxy.fault = in_turn(lambda _: Answer({}, lost=True))  # it never got there
    with pytest.raises(TransactionCanceledError) as cancelled:
        accounts.send(TransactWrite([Put(Account("a1"), condition=item_exists())], retry=ONCE))
    assert cancelled.value.failures[0].code == "ConditionalCheckFailed"


def test_throttling_alone_is_no_doubt(proxy: Proxy, accounts: Entity[Account]) -> None:
    proxy.fault = lambda _: refusal("ThrottlingException")
    with pytest.raises(ThrottledError):
        accounts.send(WRITE)
