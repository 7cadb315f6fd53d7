"""What tables and databases do with transactions: decide them on what is there, and try them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast, overload

from dynamo_document_builder.facade.sendable import check_sendable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typing_extensions import Unpack

    from dynamo_document_builder.model.commands.protocols import TableCommand
    from dynamo_document_builder.model.options.names import TransactOptionNames
    from dynamo_document_builder.rehearsal.report import Rehearsal
    from dynamo_document_builder.transactions.read_modify_write import ReadModifyWrite, Transacted
    from dynamo_document_builder.transactions.read_slots import PreparedTransactGet
    from dynamo_document_builder.transactions.write_slots import WriteGroup
    from dynamo_document_builder.wire.flow import Flow

    Writes: TypeAlias = Iterable[WriteGroup] | None

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")


class Transacting:
    """What can decide a transaction on what is there, and try one out."""

    __slots__ = ()

    @overload
    def transact(
        self,
        change: Callable[[list[A | None]], Writes],
        read: PreparedTransactGet[A],
        /,
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[list[A | None]]: ...
    @overload
    def transact(
        self,
        change: Callable[[list[A | None], list[B | None]], Writes],
        read: PreparedTransactGet[A],
        read_b: PreparedTransactGet[B],
        /,
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[list[A | None], list[B | None]]: ...
    @overload
    def transact(
        self,
        change: Callable[[list[A | None], list[B | None], list[C | None]], Writes],
        read: PreparedTransactGet[A],
        read_b: PreparedTransactGet[B],
        read_c: PreparedTransactGet[C],
        /,
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[list[A | None], list[B | None], list[C | None]]: ...
    @overload
    def transact(
        self,
        change: Callable[[list[A | None], list[B | None], list[C | None], list[D | None]], Writes],
        read: PreparedTransactGet[A],
        read_b: PreparedTransactGet[B],
        read_c: PreparedTransactGet[C],
        read_d: PreparedTransactGet[D],
        /,
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[list[A | None], list[B | None], list[C | None], list[D | None]]: ...
    @overload  # any number of reads of one kind, for a function of `*found`
    def transact(
        self,
        change: Callable[[*tuple[list[A | None], ...]], Writes],
        /,
        *reads: PreparedTransactGet[A],
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[*tuple[list[A | None], ...]]: ...
    @overload  # more than four, mixed
    def transact(
        self,
        change: Callable[..., Writes],
        read: PreparedTransactGet[Any],
        read_b: PreparedTransactGet[Any],
        read_c: PreparedTransactGet[Any],
        read_d: PreparedTransactGet[Any],
        read_e: PreparedTransactGet[Any],
        /,
        *reads: PreparedTransactGet[Any],
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[*tuple[list[Any], ...]]: ...
    def transact(
        self, change: Any, /, *reads: PreparedTransactGet[Any], **options: Unpack[TransactOptionNames]
    ) -> Transacted[*tuple[Any, ...]]:
        """
        Read items, have a function decide what to write, and write that only if nothing it saw has changed since.

        All are read at one moment, by one transactional read. *change* is called with one list for each of *reads*,
        `None` in the place of an item that is not there, and returns groups made by `entity.prepare([...])` or nothing.
        They are written as one transaction, in which each item that was read must still be what it was: by its version,
        if its schema keeps one, otherwise by every attribute that could be seen. If others wrote in between, all of it
        begins anew, with the items as they are then, ten times unless `retry=` says otherwise and within `timeout=`. So
        the function may run more than once: it must not do anything but decide.

        Costs two read units per 4 KB and two write units per KB of each item that was read, also of one that is not
        written.

        Raises:
            TransactionCanceledError: a condition of the function's own writes is false, or others kept writing; nothing
                was written.
            OutcomeUnknownError: no answer came to the write; its `resolve()` finds out. It is never begun anew then.
            UsageError: it cannot be sent.

        Example:
            >>> def rename(found):
            ...     [user] = found
            ...     return [users.prepare([Put(User(user.user_id, user.name.upper(), user.balance))])]
            >>> table.transact(rename, users.prepare(TransactGet([{"user_id": "u1"}]))).tries
            1

        """
        transacted: Transacted[*tuple[Any, ...]] = cast("Any", self).send(_command(change, reads, options))
        return transacted

    @overload
    async def atransact(
        self,
        change: Callable[[list[A | None]], Writes],
        read: PreparedTransactGet[A],
        /,
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[list[A | None]]: ...
    @overload
    async def atransact(
        self,
        change: Callable[[list[A | None], list[B | None]], Writes],
        read: PreparedTransactGet[A],
        read_b: PreparedTransactGet[B],
        /,
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[list[A | None], list[B | None]]: ...
    @overload
    async def atransact(
        self,
        change: Callable[[list[A | None], list[B | None], list[C | None]], Writes],
        read: PreparedTransactGet[A],
        read_b: PreparedTransactGet[B],
        read_c: PreparedTransactGet[C],
        /,
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[list[A | None], list[B | None], list[C | None]]: ...
    @overload
    async def atransact(
        self,
        change: Callable[[list[A | None], list[B | None], list[C | None], list[D | None]], Writes],
        read: PreparedTransactGet[A],
        read_b: PreparedTransactGet[B],
        read_c: PreparedTransactGet[C],
        read_d: PreparedTransactGet[D],
        /,
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[list[A | None], list[B | None], list[C | None], list[D | None]]: ...
    @overload  # any number of reads of one kind, for a function of `*found`
    async def atransact(
        self,
        change: Callable[[*tuple[list[A | None], ...]], Writes],
        /,
        *reads: PreparedTransactGet[A],
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[*tuple[list[A | None], ...]]: ...
    @overload  # more than four, mixed
    async def atransact(
        self,
        change: Callable[..., Writes],
        read: PreparedTransactGet[Any],
        read_b: PreparedTransactGet[Any],
        read_c: PreparedTransactGet[Any],
        read_d: PreparedTransactGet[Any],
        read_e: PreparedTransactGet[Any],
        /,
        *reads: PreparedTransactGet[Any],
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[*tuple[list[Any], ...]]: ...
    async def atransact(
        self, change: Any, /, *reads: PreparedTransactGet[Any], **options: Unpack[TransactOptionNames]
    ) -> Transacted[*tuple[Any, ...]]:
        """Do what `transact` does, without blocking the event loop; the function itself is an ordinary one."""
        transacted: Transacted[*tuple[Any, ...]] = await cast("Any", self).asend(_command(change, reads, options))
        return transacted

    def rehearse(self, command: TableCommand[Any]) -> Rehearsal:
        """
        Try out a `TableTransactWrite` without writing: read its items at one moment, evaluate each condition.

        What cannot be sent is refused as it would be. The conditions are evaluated here, by DynamoDB's rules.

        A rehearsal holds nothing: items may change before the transaction is sent. It says nothing of the token, of
        throttling, of permissions to write, and of what an update finds wrong with the values that are there, such as
        text where a number is to be counted up. Costs two read units per 4 KB of each item.

        Raises:
            UsageError: it cannot be sent; nothing was sent.
            TransactionCanceledError: others were writing the items; nothing was read.

        Example:
            >>> order = orders.prepare([Delete({"order_id": "o1"}, condition={"status": "shipped"})])
            >>> table.rehearse(TableTransactWrite([order])).passed
            False

        """
        rehearsal: Rehearsal = self._way.__connection__.run(
            rehearsal_of(command, self, "table"), command.__limits__, self._way.__subject__
        )
        return rehearsal

    async def arehearse(self, command: TableCommand[Any]) -> Rehearsal:
        """Do what `rehearse` does, without blocking the event loop."""
        rehearsal: Rehearsal = await self._way.__connection__.arun(
            rehearsal_of(command, self, "table"), command.__limits__, self._way.__subject__
        )
        return rehearsal

    @property
    def _way(self) -> Any:
        return self  # a table or a database


def rehearsal_of(command: Any, to: Any, sender: str) -> Flow[Rehearsal]:
    """Return the flow that tries out a command; *sender* is what `check_sendable` calls whoever would send it."""
    check_sendable(command, sender)
    from dynamo_document_builder.rehearsal.flow import rehearse  # noqa: PLC0415  no start-up pays for it

    return rehearse(command, to)


def _command(change: Any, reads: tuple[PreparedTransactGet[Any], ...], options: TransactOptionNames) -> ReadModifyWrite:
    from dynamo_document_builder.transactions.read_modify_write import ReadModifyWrite  # noqa: PLC0415  no start-up pays for it

    return ReadModifyWrite(change=change, reads=reads, **options)
