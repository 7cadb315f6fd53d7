"""Send commands over several entities: the methods that a `Table` and a `Database` share."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

from dynamo_document_builder.facade.connection import Connected
from dynamo_document_builder.facade.sending import (
    capacity_of,
    check_sendable,
    explanation_of,
    first_reads,
    rehearsal_of,
    request_of,
)

if TYPE_CHECKING:
    from dynamo_document_builder.cost.cost import Cost
    from dynamo_document_builder.explain.explanation import Explanation
    from dynamo_document_builder.facade.async_pages import AsyncPages
    from dynamo_document_builder.facade.pages import Pages
    from dynamo_document_builder.model.commands.protocols import PagedTableCommand, TableCommand
    from dynamo_document_builder.model.tables.table_model import TableModel
    from dynamo_document_builder.rehearsal.report import Rehearsal
    from dynamo_document_builder.wire.request import Request

R = TypeVar("R")


class TableSender(Connected):
    """The methods of `Table` and `Database` that take a command over several entities."""

    __slots__ = ()

    @property
    @abstractmethod
    def __subject__(self) -> str:
        """The name of the sender in error messages, such as "table 'app'"."""

    @abstractmethod
    def __refusal__(self, table: TableModel, /) -> str | None:
        """Return why operations on a table cannot be sent here; `None` if they can."""

    def send(self, command: TableCommand[R]) -> R:
        """
        Send a command over several entities and return its result.

        Such commands are `TableTransactWrite`, `TableTransactGet`, `TableBatchWrite` and `TableBatchGet`, whose groups
        `entity.prepare(...)` makes, and `Query` and `Scan` with `entities=`. A `Table` sends groups of its own
        entities; a `Database` sends groups of all its tables.

        Raises:
            UsageError: the command cannot be sent; nothing was written.
            ServiceError: DynamoDB refused the request. Subclasses say why; a `TransactionCanceledError` has one reason
                per operation. Nothing was written, unless its `outcome_unknown` is true.
            OutcomeUnknownError: no answer came to a write, so it may have been applied.
            BatchIncompleteError: a batch was done in part; its `result` says which part.

        Example:
            >>> user = users.prepare(TransactGet([{"user_id": "u1"}]))
            >>> order = orders.prepare(TransactGet([{"order_id": "o1"}]))
            >>> table.send(TableTransactGet([user, order])).items
            ([User(user_id='u1', name='Alice', balance=100)], [Order(order_id='o1', status='new')])

        """
        check_sendable(command, "table")
        return self.__connection__.run(command.__flow__(self), command.__limits__, self.__subject__)

    async def asend(self, command: TableCommand[R]) -> R:
        """
        Send a command over several entities without blocking the event loop; see `send`.

        With a boto3 client, a thread makes the request.
        """
        check_sendable(command, "table")
        return await self.__connection__.arun(command.__flow__(self), command.__limits__, self.__subject__)

    def request(self, command: TableCommand[Any]) -> Request:
        """
        Return the first request that a command would send. Nothing is sent, and no client is needed.

        Raises:
            UsageError: the command cannot be sent.

        Example:
            >>> group = users.prepare(TransactGet([{"user_id": "u1"}]))
            >>> table.request(TableTransactGet([group])).operation
            'TransactGetItems'

        """
        return request_of(command, "table", self)

    def explain(self, command: TableCommand[Any], *, values: bool = True, hidden: bool = True) -> Explanation:
        """
        Describe a command in sentences, with its request and a command line for the AWS CLI. Nothing is sent.

        With `values=False` it contains no values of keys, items or expressions. With `hidden=False` it contains no
        values of fields that the schema declares with `repr=False`, except in keys.

        Raises:
            UsageError: the command cannot be sent.

        Example:
            >>> group = users.prepare([Delete({"user_id": "u1"})])
            >>> print(*table.explain(TableTransactWrite([group])).sentences)
            Delete User user_id='u1'

        """
        return explanation_of(command, "table", self, values=values, hidden=hidden)

    def cost(self, command: TableCommand[Any]) -> Cost:
        """
        Return the capacity units that a command consumes, as far as they are known before it is sent.

        Nothing is sent. If the cost depends on stored items, the result is a lower bound and lists what it cannot know.

        Raises:
            UsageError: the command cannot be sent.

        Example:
            >>> group = users.prepare(TransactGet([{"user_id": "u1"}]))
            >>> print(table.cost(TableTransactGet([group])).read_units)
            2

        """
        return capacity_of(command, "table", self)

    def rehearse(self, command: TableCommand[Any]) -> Rehearsal:
        """
        Evaluate the conditions of a `TableTransactWrite` on the stored items, without writing.

        One transactional read gets all its items. The library then evaluates each condition by DynamoDB's rules. Costs
        two read units per 4 KB of each item.

        The items are not locked: they may change before you send the transaction. A rehearsal does not cover
        idempotency tokens, throttling, write permissions, and update actions that do not fit the stored values, such
        as an increment of a text.

        Raises:
            UsageError: the command cannot be sent; nothing was sent.
            TransactionCanceledError: other writes held the items; nothing was read.

        Example:
            >>> order = orders.prepare([Delete({"order_id": "o1"}, condition={"status": "shipped"})])
            >>> table.rehearse(TableTransactWrite([order])).passed
            False

        """
        flow = rehearsal_of(command, "table", self)
        return self.__connection__.run(flow, command.__limits__, self.__subject__)

    async def arehearse(self, command: TableCommand[Any]) -> Rehearsal:
        """Rehearse a command without blocking the event loop; see `rehearse`."""
        flow = rehearsal_of(command, "table", self)
        return await self.__connection__.arun(flow, command.__limits__, self.__subject__)

    def paginate(self, command: PagedTableCommand[R], *, at_once: int | None = None) -> Pages[R]:
        """
        Return the pages of a `Query` or a `Scan` with `entities=`, each requested when you iterate to it.

        `max_items` and `max_requests` are limits for all pages together; `timeout` is for each page. A scan with
        `total_segments` and without `segment` reads all segments in threads, by default 8 of them *at_once*. The pages
        of segments come in any order.

        Raises:
            UsageError: the command cannot be sent, or has no pages.

        Example:
            >>> [page.count for page in table.paginate(Scan(entities=[users, orders], page_size=3))]
            [3, 1]

        """
        from dynamo_document_builder.facade.pages import pages_of  # noqa: PLC0415  lazy import: only paginate needs it

        return pages_of(first_reads(command, "table", "paginate", at_once), self.send, at_once)

    def apaginate(self, command: PagedTableCommand[R], *, at_once: int | None = None) -> AsyncPages[R]:
        """Return the pages of a `Query` or a `Scan` for `async for`; as `paginate`, with tasks instead of threads."""
        from dynamo_document_builder.facade.async_pages import apages_of  # noqa: PLC0415  lazy import: only apaginate needs it

        return apages_of(first_reads(command, "table", "apaginate", at_once), self.asend, at_once)
