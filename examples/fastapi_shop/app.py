"""
A shop behind FastAPI: async, typed, each error with an HTTP status.

    uvicorn --factory examples.fastapi_shop.app:create_app

Needed beside the library: fastapi, uvicorn and pydantic.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

import boto3
from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from dynamo_document_builder import (
    ConditionFailedError,
    DocumentBuilderError,
    Entity,
    Get,
    IdempotencyMismatchError,
    NoAnswerError,
    OutcomeUnknownError,
    Put,
    Query,
    Table,
    TableTransactWrite,
    ThrottledError,
    TransactionCanceledError,
    TransactionInProgressError,
    Update,
    UsageError,
    item_not_exists,
    subtract,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Product(BaseModel):
    product_id: str
    available: int = 0


class Order(BaseModel):
    customer_id: str
    order_id: str
    product_id: str
    quantity: int = Field(gt=0)
    status: str = "placed"


class Orders(BaseModel):
    """One page of a customer's orders."""

    orders: list[Order]
    cursor: str | None


STATUS: dict[type[DocumentBuilderError], tuple[int, str]] = {
    ConditionFailedError: (409, "the item is not as it has to be"),
    IdempotencyMismatchError: (409, "this key was used with another request"),
    TransactionInProgressError: (409, "this request is still under way"),
    ThrottledError: (503, "try again later"),
    OutcomeUnknownError: (
        504,
        "nobody knows whether this was done: send again with the same key",
    ),
    NoAnswerError: (503, "nothing was done: try again"),
    UsageError: (422, "this cannot be done"),
}
"""Status and detail of each error; the text of an error names keys."""


def status_of(error: DocumentBuilderError) -> tuple[int, str]:
    """Return the status and the words for an error."""
    if isinstance(error, TransactionCanceledError):
        return (
            (503, "try again later")
            if error.retryable
            else (409, "an item is not as it has to be")
        )
    return next(
        (found for cls, found in STATUS.items() if isinstance(error, cls)),
        (500, "something went wrong"),
    )


def create_app(client: Any = None) -> FastAPI:
    """Return the application; the default client is the environment's."""
    table = Table("shop", client=client or boto3.client("dynamodb"))
    products = Entity(
        Product, table, partition_key="PRODUCT#{product_id}", sort_key="META"
    )
    orders = Entity(
        Order,
        table,
        partition_key="CUSTOMER#{customer_id}",
        sort_key="ORDER#{order_id}",
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with table:  # closes what it keeps open when the server ends
            yield

    app = FastAPI(title="Shop", lifespan=lifespan)

    @app.exception_handler(DocumentBuilderError)
    async def refused(_: Request, error: DocumentBuilderError) -> JSONResponse:
        status, words = status_of(error)
        is_busy = status == HTTPStatus.SERVICE_UNAVAILABLE
        headers = {"Retry-After": "1"} if is_busy else None
        return JSONResponse(
            {"detail": words}, status_code=status, headers=headers
        )

    @app.put("/products/{product_id}")
    async def stock(product_id: str, available: int) -> Product:
        return (
            await products.asend(
                Put(Product(product_id=product_id, available=available))
            )
        ).item

    @app.post("/orders", status_code=201)
    async def place(
        order: Order,
        idempotency_key: Annotated[str, Header(min_length=1, max_length=36)],
    ) -> Order:
        take = Update(
            {"product_id": order.product_id},
            updates={"available": subtract(order.quantity)},
            condition=products.where(lambda p: p.available >= order.quantity),
        )
        put = Put(order, condition=item_not_exists())
        groups = [products.prepare([take]), orders.prepare([put])]
        await table.asend(
            TableTransactWrite(groups, idempotency_token=idempotency_key)
        )
        return order

    @app.get("/customers/{customer_id}/orders/{order_id}")
    async def one(customer_id: str, order_id: str) -> Order:
        found = await orders.asend(
            Get({"customer_id": customer_id, "order_id": order_id})
        )
        if found.item is None:
            raise HTTPException(404, "there is no such order")
        return found.item

    @app.get("/customers/{customer_id}/orders")
    async def several(
        customer_id: str, cursor: str | None = None, limit: int = 20
    ) -> Orders:
        asked = Query(
            {"customer_id": customer_id}, start=cursor, page_size=limit
        )
        page = await orders.asend(asked)
        return Orders(orders=page.items, cursor=page.cursor)

    return app
