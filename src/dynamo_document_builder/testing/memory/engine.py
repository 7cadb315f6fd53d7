"""DynamoDB in memory, as a transport: it takes the bytes that go to DynamoDB, and answers the bytes that come back."""

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
    """Everything an engine held at one moment, made by `MemoryDynamoDB.snapshot`."""

    tables: Mapping[str, StoredTable]
    tokens: Tokens


class MemoryDynamoDB:
    """
    DynamoDB in memory, for tests: a transport of `send` and `asend` that needs no network, server or SDK.

    It keeps DynamoDB's rules: conditions and updates, transactions that are all or nothing, idempotency tokens,
    pages, indexes, limits, and errors with DynamoDB's codes. Threads and tasks may share one. `conflict` holds items
    as other transactions do; for all other failures on demand, put a `ScriptedTransport` before it.

    *clock* returns seconds. Idempotency tokens are forgotten ten minutes after their transaction. Default: `time.time`.

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
    """Whether tables can be created through `send`, at once and without an SDK."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._database = Database(clock, Tokens())
        self._lock = RLock()

    def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ARG002  it never waits
        """
        Carry out a request and return DynamoDB's answer.

        Raises the library's error for what DynamoDB refuses; nothing was written then.
        """
        try:
            return Response(self.answer(request.operation, request.body), METADATA)
        except RefusedError as error:
            raise _refused(request, error) from None

    def as_async(self) -> AsyncMemoryDynamoDB:
        """Return the transport that `asend` goes through: the same engine, awaited."""
        return AsyncMemoryDynamoDB(self)

    def client(self) -> Any:
        """
        Return a real boto3 client that this engine answers.

        Operations that the engine does not know are refused with `UnknownOperationException`.
        """
        from dynamo_document_builder.testing.memory.boto3_client import client_of  # noqa: PLC0415  it brings boto3

        return client_of(self.answer)

    def answer(self, operation: str, body: bytes) -> bytes:
        """Carry out an operation and return the body of its answer. Raises `RefusedError`."""
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
        """Return what the engine holds now, for `restore`. Nothing is copied until something is written."""
        with self._lock:
            return Snapshot(self._database.copy_tables(), self._database.tokens.copy())

    def restore(self, snapshot: Snapshot, /) -> None:
        """Bring back what the engine held at a snapshot. A snapshot can be restored any number of times."""
        with self._lock:
            self._database.tables = {name: table.copy() for name, table in snapshot.tables.items()}
            self._database.tokens = snapshot.tokens.copy()

    @contextmanager
    def conflict(self, where: Entity[Any] | Table | str, /, *keys: Mapping[str, Any]) -> Generator[None]:
        """
        Hold items, as transactions of others do while they run.

        Of an entity, keys are given by its fields, as to `Get`; of a table, by their stored attributes.
        Until the `with` block ends:

        - a transaction with one of the items is canceled, and the reason of the operation is `TransactionConflict`;
        - a single write of one is refused with `TransactionConflictException`;
        - a batch leaves its write of one unprocessed;
        - any other read sees the item as it is.

        Raises:
            TableNotFoundError: there is no such table.

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
        Return all items of a table as Python values by their stored types, in the order of a scan.

        Raises:
            TableNotFoundError: there is no such table.

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
    """The transport of `asend` to a `MemoryDynamoDB`."""

    def __init__(self, memory: MemoryDynamoDB) -> None:
        self._memory = memory

    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109  as a Transport
        """Carry out a request, as `MemoryDynamoDB.send` does, without waiting."""
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
