"""Send commands to an entity: the methods of an `Entity` that take a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dynamo_document_builder.facade.sending import (
    capacity_of,
    check_sendable,
    explanation_of,
    first_reads,
    rehearsal_of,
    request_of,
)
from dynamo_document_builder.facade.transact import prepared_change, prepared_reads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from typing_extensions import Unpack

    from dynamo_document_builder.cost.cost import Cost
    from dynamo_document_builder.explain.explanation import Explanation
    from dynamo_document_builder.facade.async_pages import AsyncPages
    from dynamo_document_builder.facade.bound_model import BoundModel
    from dynamo_document_builder.facade.pages import Pages
    from dynamo_document_builder.model.commands.frozen import KeyLike
    from dynamo_document_builder.model.commands.protocols import EntityCommand, PagedCommand
    from dynamo_document_builder.model.options.names import TransactOptionNames
    from dynamo_document_builder.model.writing.write_command import WriteCommand
    from dynamo_document_builder.rehearsal.report import Rehearsal
    from dynamo_document_builder.transactions.read_modify_write import Transacted
    from dynamo_document_builder.wire.request import Request

S = TypeVar("S")
R = TypeVar("R")


class EntitySender(Generic[S]):
    """The methods of `Entity` that take a command, or read and write with `transact`."""

    __slots__ = ()

    __model__: BoundModel[S]
    """The entity as commands see it, without a connection."""

    def send(self, command: EntityCommand[S, R]) -> R:
        """
        Send a command and return its result.

        Raises:
            UsageError: the command cannot be sent. It lists every problem of the command. Nothing was written.
            ServiceError: DynamoDB refused the request. Subclasses say why, such as `ConditionFailedError` and
                `ThrottledError`. Nothing was written, unless its `outcome_unknown` is true.
            OutcomeUnknownError: no answer came to a write, so it may have been applied.
            StoredItemError: an item that was read does not fit the class. A write was applied.
            BatchIncompleteError: a batch was done in part; its `result` says which part.

        Example:
            >>> users.send(Put(User("u4", "Cleo"))).item
            User(user_id='u4', name='Cleo', balance=0)
            >>> users.send(Get({"user_id": "u4"})).item.name
            'Cleo'

        """
        check_sendable(command, "entity")
        return self.__model__.table.__connection__.run(
            command.__flow__(self.__model__), command.__limits__, self.__model__.table.__subject__
        )

    async def asend(self, command: EntityCommand[S, R]) -> R:
        """
        Send a command without blocking the event loop and return its result; see `send`.

        With a boto3 client, a thread makes the request. If you cancel the task during a write, the write may have been
        applied: the `CancelledError` then has an `OutcomeUnknownError` as its `__cause__`.
        """
        check_sendable(command, "entity")
        table = self.__model__.table
        return await table.__connection__.arun(command.__flow__(self.__model__), command.__limits__, table.__subject__)

    def request(self, command: EntityCommand[S, Any]) -> Request:
        """
        Return the first request that a command would send. Nothing is sent, and no client is needed.

        Raises:
            UsageError: the command cannot be sent.

        Example:
            >>> print(users.request(Get({"user_id": "u1"})).body.decode())
            {"TableName":"app","Key":{"PK":{"S":"USER#u1"},"SK":{"S":"META"}}}

        """
        return request_of(command, "entity", self.__model__)

    def explain(self, command: EntityCommand[S, Any], *, values: bool = True, hidden: bool = True) -> Explanation:
        """
        Describe a command in sentences, with its request and a command line for the AWS CLI. Nothing is sent.

        With `values=False` it contains no values of keys, items or expressions. With `hidden=False` it contains no
        values of fields that the schema declares with `repr=False`, except in keys.

        Raises:
            UsageError: the command cannot be sent.

        Example:
            >>> print(*users.explain(Delete({"user_id": "u1"}, condition={"name": "Alice"})).sentences)
            Delete User user_id='u1', if name is 'Alice'

        """
        return explanation_of(command, "entity", self.__model__, values=values, hidden=hidden)

    def cost(self, command: EntityCommand[S, Any]) -> Cost:
        """
        Return the capacity units that a command consumes, as far as they are known before it is sent.

        Nothing is sent. If the cost depends on stored items, the result is a lower bound and lists what it cannot know.

        Raises:
            UsageError: the command cannot be sent.

        Example:
            >>> print(users.cost(Get({"user_id": "u1"}, consistent=True)).read_units)
            1

        """
        return capacity_of(command, "entity", self.__model__)

    def rehearse(self, command: EntityCommand[S, Any]) -> Rehearsal:
        """
        Evaluate the conditions of a `TransactWrite` or of a single write on the stored items, without writing.

        Costs two read units per 4 KB of each item. See `Table.rehearse` for the limits of a rehearsal.

        Raises:
            UsageError: the command cannot be sent; nothing was sent.
            TransactionCanceledError: other writes held the items; nothing was read.

        Example:
            >>> users.rehearse(Delete({"user_id": "u1"}, condition={"name": "Bob"})).passed
            False

        """
        flow = rehearsal_of(command, "entity", self.__model__)
        return self.__model__.table.__connection__.run(flow, command.__limits__, self.__model__.table.__subject__)

    async def arehearse(self, command: EntityCommand[S, Any]) -> Rehearsal:
        """Rehearse a command without blocking the event loop; see `rehearse`."""
        flow = rehearsal_of(command, "entity", self.__model__)
        return await self.__model__.table.__connection__.arun(
            flow, command.__limits__, self.__model__.table.__subject__
        )

    def transact(
        self,
        change: Callable[[list[S | None]], Iterable[WriteCommand[S]] | None],
        keys: Sequence[KeyLike],
        /,
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[list[S | None]]:
        """
        Read items, let a function decide what to write, and write only if the items have not changed since.

        The library calls *change* with the items in the order of *keys*; a missing item is `None`. The function returns
        writes to items of this entity, or `None` to write nothing. If another writer changed an item in between, the
        library reads again and calls the function again: ten tries by default. So it must have no side effects. See
        `Table.transact` for the cost and for reads of several entities.

        Raises:
            TransactionCanceledError: a condition of your own writes is false, or other writers changed the items in
                every try. Nothing was written.
            OutcomeUnknownError: no answer came to the write, so it may have been applied; `resolve()` finds out.
            UsageError: the reads or the writes cannot be sent; nothing was written.

        Example:
            >>> def double(found):
            ...     return [Update({"user_id": user.user_id}, updates={"balance": user.balance * 2}) for user in found]
            >>> users.transact(double, [{"user_id": "u1"}, {"user_id": "u2"}]).tries
            1

        """
        return self.__model__.table.transact(
            prepared_change(self.__model__, change), prepared_reads(self.__model__, keys), **options
        )

    async def atransact(
        self,
        change: Callable[[list[S | None]], Iterable[WriteCommand[S]] | None],
        keys: Sequence[KeyLike],
        /,
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[list[S | None]]:
        """
        Read, decide and write without blocking the event loop; see `transact`.

        *change* is an ordinary function, not a coroutine function.
        """
        return await self.__model__.table.atransact(
            prepared_change(self.__model__, change), prepared_reads(self.__model__, keys), **options
        )

    def paginate(self, command: PagedCommand[S, R], *, at_once: int | None = None) -> Pages[R]:
        """
        Return the pages of a `Query` or a `Scan`, each requested when you iterate to it.

        `.items()` of the result iterates over the items of all pages. `max_items` and `max_requests` are limits for all
        pages together; `timeout` is for each page. A scan with `total_segments` and without `segment` reads all
        segments in threads, by default 8 of them *at_once*. The pages of segments come in any order.

        Raises:
            UsageError: the command cannot be sent, or has no pages.

        Example:
            >>> sorted(user.name for user in users.paginate(Scan()).items())
            ['Alice', 'Ann', 'Bob']

        """
        from dynamo_document_builder.facade.pages import pages_of  # noqa: PLC0415  lazy import: only paginate needs it

        return pages_of(first_reads(command, "entity", "paginate", at_once), self.send, at_once)

    def apaginate(self, command: PagedCommand[S, R], *, at_once: int | None = None) -> AsyncPages[R]:
        """Return the pages of a `Query` or a `Scan` for `async for`; as `paginate`, with tasks instead of threads."""
        from dynamo_document_builder.facade.async_pages import apages_of  # noqa: PLC0415  lazy import: only apaginate needs it

        return apages_of(first_reads(command, "entity", "apaginate", at_once), self.asend, at_once)
