"""The application of `examples/fastapi_shop` is called over HTTP, without a network."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import boto3
import httpx
import pytest
from moto import mock_aws

from dynamo_document_builder import (
    ConditionFailedError,
    NoAnswerError,
    OutcomeUnknownError,
    StoredItemError,
    Table,
    ThrottledError,
    TransactionCanceledError,
    UsageError,
)
from dynamo_document_builder.testing import create_table
from examples.fastapi_shop.app import create_app, status_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(Table("shop", client=client))
        yield client
        client.close()


def called(client: Any, scenario: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
    async def call() -> Any:
        app = create_app(client)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://shop") as http,
        ):
            return await scenario(http)

    return asyncio.run(call())


def order(number: int, quantity: int = 1) -> dict[str, Any]:
    return {"customer_id": "c1", "order_id": f"o{number}", "product_id": "pen", "quantity": quantity}


def test_an_order_is_placed_found_and_listed(client: Any) -> None:
    async def scenario(http: httpx.AsyncClient) -> list[httpx.Response]:
        await http.put("/products/pen", params={"available": 5})
        for number in range(3):
            placed = await http.post("/orders", json=order(number), headers={"Idempotency-Key": f"k{number}"})
            assert placed.status_code == 201
        first = await http.get("/customers/c1/orders", params={"limit": 2})
        return [
            await http.get("/customers/c1/orders/o1"),
            first,
            await http.get("/customers/c1/orders", params={"cursor": first.json()["cursor"]}),
            await http.get("/customers/c1/orders/none"),
            await http.get("/customers/c1/orders", params={"cursor": "forged"}),
        ]

    one, first, rest, none, forged = called(client, scenario)
    assert one.json() == {**order(1), "status": "placed"}
    assert [found["order_id"] for found in first.json()["orders"]] == ["o0", "o1"]
    assert ([found["order_id"] for found in rest.json()["orders"]], rest.json()["cursor"]) == (["o2"], None)
    assert (none.status_code, forged.status_code) == (404, 422)


def test_what_is_not_there_is_not_sold(client: Any) -> None:
    async def scenario(http: httpx.AsyncClient) -> list[httpx.Response]:
        await http.put("/products/pen", params={"available": 1})
        key = {"Idempotency-Key": "k1"}
        return [
            await http.post("/orders", json=order(1, quantity=2), headers=key),
            await http.post("/orders", json=order(1, quantity=0), headers=key),
            await http.post("/orders", json=order(1)),
        ]

    sold_out, nothing, no_key = called(client, scenario)
    assert (sold_out.status_code, sold_out.json()) == (409, {"detail": "an item is not as it has to be"})
    assert (nothing.status_code, no_key.status_code) == (422, 422)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ConditionFailedError("x"), 409),
        (TransactionCanceledError("x"), 409),
        (ThrottledError("x"), 503),
        (NoAnswerError("x"), 503),
        (OutcomeUnknownError("x"), 504),
        (UsageError("x"), 422),
        (StoredItemError("x"), 500),
    ],
)
def test_every_error_has_a_status(error: Any, status: int) -> None:
    assert status_of(error)[0] == status
