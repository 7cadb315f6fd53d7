"""A transport that is DynamoDB in memory: it takes request bodies and returns response bodies, as DynamoDB does."""

from __future__ import annotations

import time
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar, Final

import msgspec
from attrs import frozen

from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.testing.memory.keys import stored_keys
from dynamo_document_builder.testing.memory.members import Members
from dynamo_document_builder.testing.memory.operations import administration, batches, paging, single, transactions
from dynamo_document_builder.testing.memory.refused import BAD_REQUEST, RefusedError, serialization
from dynamo_document_builder.testing.memory.shapes import check_shape
from dynamo_document_builder.testing.memory.storage.database import Database
from dynamo_document_builder.testing.memory.storage.tokens import Tokens
from dynamo_document_builder.testing.memory.storage.values import canonical_item
from dynamo_document_builder.transports.errors import service_error
from dynamo_document_builder.wire.json.untyped import untyped_item
from dynamo_document_builder.wire.request import Request, Response, ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from dynamo_document_builder.facade.entity import Entity
    from dynamo_document_builder.facade.table import Table
    from dynamo_document_builder.testing.memory.storage.tables import Table as StoredTable

METADATA: Final = ResponseMetadata("memory", 200, 1)

OPERATIONS: Final[Mapping[str, Callable[[Database, Members], dict[str, Any]]]] = {
    "BatchGetItem": batches.batch_get_item,
    "BatchWriteItem": batches.batch_write_item,
    "CreateTable": administration.create_table,
    "DeleteItem": single.delete_item,
    "DeleteTable": administration.delete_table,
    "DescribeTable": administration.describe_table,
    "DescribeTimeToLive": administration.describe_time_to_live,
    "GetItem": single.get_item,
    "ListTables": administration.list_tables,
    "PutItem": single.put_item,
    "Query": paging.query,
    "Scan": paging.scan,
    "TransactGetItems": transactions.transact_get_items,
    "TransactWriteItems": transactions.transact_write_items,
    "UpdateItem": single.update_item,
    "UpdateTimeToLive": administration.update_time_to_live,
}


@frozen(eq=False)
class Snapshot:
    """The state of an engine at one moment, made by `MemoryDynamoDB.snapshot`."""

    tables: Mapping[str, StoredTable]
    tokens: Tokens


class MemoryDynamoDB:
    """
    DynamoDB in memory, for tests: a transport for `send` and `asend` that needs no network, server or SDK.

    It follows DynamoDB's rules: conditions and updates, atomic transactions, idempotency tokens, pages, indexes,
    limits, and errors with DynamoDB's codes. Threads and tasks may share one engine. To test transaction conflicts,
    use `conflict`. For other failures on demand, put a `ScriptedTransport` in front of the engine.

    *clock* returns seconds. Default: `time.time`. Idempotency tokens expire ten minutes after their transaction.

    Example:
        >>> from dynamo_document_builder.testing import MemoryDynamoDB, create_table
        >>> memory = MemoryDynamoDB()
        >>> people = Entity(User, Table("people", transport=memory, sort_key=None), partition_key="USER#{user_id}")
        >>> create_table(people.table)
        >>> people.send(Put(User("u1", "Ann"))).return_item is None
        True
        >>> people.send(Get(key={"user_id": "u1"})).item.name
        'Ann'

    """

    is_memory: ClassVar[bool] = True
    """True for engines that create tables through `send`, immediately and without an SDK."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._database = Database(clock, Tokens())
        self._lock = RLock()

    def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ARG002  the engine never waits
        """
        Carry out a request and return the response.

        Raises the library's error if DynamoDB would refuse the request. Nothing was written then.
        """
        try:
            return Response(self.answer(request.operation, request.body), METADATA)
        except RefusedError as error:
            raise _refused(request, error) from None

    def as_async(self) -> AsyncMemoryDynamoDB:
        """Return the async transport of this engine, for `asend`."""
        return AsyncMemoryDynamoDB(self)

    def client(self) -> Any:
        """
        Return a real boto3 client whose requests this engine answers. Needs boto3.

        The engine refuses operations it does not support with `UnknownOperationException`.
        """
        from dynamo_document_builder.testing.memory.boto3_client import client_of  # noqa: PLC0415  lazy import: loads boto3

        return client_of(self.answer)

    def answer(self, operation: str, body: bytes) -> bytes:
        """Carry out an operation and return the response body. Raises `RefusedError`."""
        do = OPERATIONS.get(operation)
        if do is None:
            raise RefusedError("UnknownOperationException", f"MemoryDynamoDB does not know the operation {operation}")
        try:
            given = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError):
            raise serialization("The request is not JSON, or nested too deep to be read") from None
        with self._lock:
            try:
                return msgspec.json.encode(do(self._database, Members(given)))
            except RefusedError:
                check_shape(operation, given)
                raise

    def snapshot(self) -> Snapshot:
        """Return the current state, for `restore`. The engine copies data only when something is written later."""
        with self._lock:
            return Snapshot(self._database.copy_tables(), self._database.tokens.copy())

    def restore(self, snapshot: Snapshot, /) -> None:
        """Return to the state of a snapshot. You can restore a snapshot any number of times."""
        with self._lock:
            self._database.tables = {name: table.copy() for name, table in snapshot.tables.items()}
            self._database.tokens = snapshot.tokens.copy()

    @contextmanager
    def conflict(self, where: Entity[Any] | Table | str, /, *keys: Mapping[str, Any]) -> Generator[None]:
        """
        Hold items, as a running transaction does.

        For an entity, give keys by the fields of the entity, as for `Get`. For a table, give keys by their stored
        attributes. Until the `with` block ends:

        - A transaction with one of the items is canceled. The reason of the operation is `TransactionConflict`.
        - A single write of one of the items is refused with `TransactionConflictException`.
        - A batch leaves its write of one of the items unprocessed.
        - Reads outside transactions return the stored item.

        Raises:
            TableNotFoundError: the table does not exist.

        Example:
            >>> from dynamo_document_builder.testing import MemoryDynamoDB, create_table
            >>> memory = MemoryDynamoDB()
            >>> people = Entity(User, Table("people", transport=memory, sort_key=None), partition_key="USER#{user_id}")
            >>> create_table(people.table)
            >>> with memory.conflict(people, {"user_id": "u1"}):
            ...     people.send(Put(User("u1", "Ann")))
            Traceback (most recent call last):
            dynamo_document_builder.errors.service.TransactionConflictError: PutItem on people: ...

        """
        name, stored = stored_keys(where, keys)
        with self._lock:
            try:
                table = self._database.table(name)
                held = [table.key_of(canonical_item(key)) for key in stored]
            except RefusedError as error:
                raise _refused(Request("TransactWriteItems", b"", (name,)), error) from None
            for key in held:
                self._database.hold(table, key)
        try:
            yield
        finally:
            with self._lock:
                for key in held:
                    self._database.release(table, key)

    def items(self, table: Table | str, /) -> list[dict[str, Any]]:
        """
        Return all items of a table in scan order, as dicts of Python values.

        Values are decoded by their stored types, without a schema.

        Raises:
            TableNotFoundError: the table does not exist.

        """
        name = table if isinstance(table, str) else table.name
        with self._lock:
            try:
                found = self._database.table(name)
            except RefusedError as error:
                raise _refused(Request("Scan", b"", (name,)), error) from None
            return [untyped_item(item) for item in found.items.all()]

    def __repr__(self) -> str:
        tables = self._database.tables
        return f"MemoryDynamoDB({', '.join(sorted(tables)) or 'no tables'})"


class AsyncMemoryDynamoDB:
    """The async transport of a `MemoryDynamoDB`."""

    def __init__(self, memory: MemoryDynamoDB) -> None:
        self._memory = memory

    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109  as a Transport
        """Carry out a request and return the response, as `MemoryDynamoDB.send` does. It never waits."""
        return self._memory.send(request, timeout)


def _refused(request: Request, error: RefusedError) -> Exception:
    fault = Fault(
        code=error.code,
        message=error.message,
        operation=request.operation,
        request_id=METADATA.request_id,
        http_status=BAD_REQUEST,
        body=error.body,
    )
    return service_error(request, fault)
