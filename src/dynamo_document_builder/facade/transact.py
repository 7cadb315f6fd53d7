"""Read items, decide, and write in one transaction: `transact` of a `Table`, a `Database` and an `Entity`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, overload

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.facade.table_sending import TableSender
from dynamo_document_builder.model.commands.frozen import frozen_key
from dynamo_document_builder.model.writing.write_command import WriteCommand
from dynamo_document_builder.wire.type_guards import is_sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typing_extensions import Unpack

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.options.names import TransactOptionNames
    from dynamo_document_builder.transactions.read_modify_write import ReadModifyWrite, Transacted
    from dynamo_document_builder.transactions.read_slots import PreparedTransactGet
    from dynamo_document_builder.transactions.write_slots import PreparedWrites, WriteGroup

    Writes: TypeAlias = Iterable[WriteGroup] | None

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")


class Transacting(TableSender):
    """The methods of `Table` and `Database`, `transact` included."""

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
    @overload  # any number of reads of one entity, for a function of `*found`
    def transact(
        self,
        change: Callable[[*tuple[list[A | None], ...]], Writes],
        /,
        *reads: PreparedTransactGet[A],
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[*tuple[list[A | None], ...]]: ...
    @overload  # more than four reads of several entities
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
        Read items, let a function decide what to write, and write only if the items have not changed since.

        1. One transactional read gets the items of all *reads*, a consistent snapshot.
        2. The library calls *change* with one list per read, in the order of its keys. A missing item is `None`.
           The function returns groups made by `entity.prepare([...])`, or `None` to write nothing.
        3. One transaction writes the groups. It also checks that no item that was read has changed: by its version if
           the schema has one, otherwise by each attribute that was read.

        If another writer changed an item in between, all steps are repeated: ten tries by default, within `timeout=`.
        Pass `retry=` to change that. So **the function may run several times** and must have no side effects. Step 3
        prevents write skew, because it also checks the items that the function does not write.

        Costs two read units per 4 KB of each item, and two write units per KB of each item, in every try.

        Raises:
            TransactionCanceledError: a condition of your own writes is false, or other writers changed the items in
                every try. Nothing was written.
            OutcomeUnknownError: no answer came to the write, so it may have been applied; `resolve()` finds out. The
                function is not called again.
            UsageError: the reads or the writes cannot be sent; nothing was written.

        Example:
            >>> def rename(found):
            ...     [user] = found
            ...     return [users.prepare([Put(User(user.user_id, user.name.upper(), user.balance))])]
            >>> table.transact(rename, users.prepare(TransactGet([{"user_id": "u1"}]))).tries
            1

        """
        return self.send(_command(change, reads, options))

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
    @overload  # any number of reads of one entity, for a function of `*found`
    async def atransact(
        self,
        change: Callable[[*tuple[list[A | None], ...]], Writes],
        /,
        *reads: PreparedTransactGet[A],
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[*tuple[list[A | None], ...]]: ...
    @overload  # more than four reads of several entities
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
        """
        Read, decide and write without blocking the event loop; see `transact`.

        *change* is an ordinary function, not a coroutine function.
        """
        return await self.asend(_command(change, reads, options))


def _command(change: Any, reads: tuple[PreparedTransactGet[Any], ...], options: TransactOptionNames) -> ReadModifyWrite:
    from dynamo_document_builder.transactions.read_modify_write import ReadModifyWrite  # noqa: PLC0415  lazy import: only transact needs it

    return ReadModifyWrite(change=change, reads=reads, **options)


def prepared_reads(entity: EntityModel[Any], keys: Any) -> PreparedTransactGet[Any]:
    """Return the reads of an entity's `transact`."""
    from dynamo_document_builder.transactions.read_slots import PreparedTransactGet  # noqa: PLC0415  lazy import: only transact needs it

    if not is_sequence(keys):
        raise UsageError("transact reads a list of keys: transact(change, [{...}, {...}])")
    return PreparedTransactGet(entity, None, tuple(map(frozen_key, keys)))


def prepared_change(entity: EntityModel[Any], change: Any) -> Callable[[list[Any]], list[PreparedWrites]]:
    """Return the function of an entity's `transact`, with the writes that it returns as a group."""
    from dynamo_document_builder.transactions.read_modify_write import (  # noqa: PLC0415  lazy import: only transact needs it
        checked_change,
        returned_writes,
    )
    from dynamo_document_builder.transactions.write_slots import PreparedWrites  # noqa: PLC0415  lazy import: only transact needs it

    checked_change(change)

    def groups(found: list[Any]) -> list[PreparedWrites]:
        writes = returned_writes(change(found), (WriteCommand,), "Put, Update, Delete and ConditionCheck")
        return [PreparedWrites(entity, writes)] if writes else []

    return groups
