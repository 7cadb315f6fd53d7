"""
The flow of `transact`: one transactional read, a function, and one transactional write that depends on the read.

The write checks that no item that was read has changed. If one has, the flow repeats all three steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import iscoroutine, iscoroutinefunction
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic

from attrs import field, frozen
from typing_extensions import TypeVarTuple

from dynamo_document_builder.errors import OutcomeUnknownError, TransactionCanceledError, UsageError
from dynamo_document_builder.errors.findings import Problem
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.options.retry_policy import RetryPolicy
from dynamo_document_builder.model.options.retrying import RetryOptions, pause_before_retry
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.transactions.guarded_writes import GuardedWrites, ReadGuard
from dynamo_document_builder.transactions.raw import Raw
from dynamo_document_builder.transactions.read import read_transaction
from dynamo_document_builder.transactions.read_slots import GetSlots, PreparedTransactGet, check_reads
from dynamo_document_builder.transactions.unchanged import too_many_attributes
from dynamo_document_builder.transactions.write import TransactWriteOptions, TransactWriteResult, write_transaction
from dynamo_document_builder.transactions.write_slots import (
    PreparedWrites,
    WriteGroup,
    check_group,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.transactions.read import Snapshot
    from dynamo_document_builder.wire.flow import Flow

Rs = TypeVarTuple("Rs")

DEFAULT_RETRY: Final = RetryPolicy(max_attempts=10, base_delay=0.02, max_delay=1.0)
_ONCE: Final = RetryPolicy(max_attempts=1)
"""A conflict is not retried with the same write: the other writer has probably changed an item that was read."""


@frozen(kw_only=True)
class Transacted(Generic[*Rs]):
    """The result of `transact`: the items that were read, and the transaction that was applied."""

    items: tuple[*Rs]
    """The items of the last read, one list per read: the arguments of the last call of the function."""
    written: TransactWriteResult | None
    """The transaction that was applied; `None` if the function had nothing to write."""
    tries: int
    """The number of calls of the function; more than one if other writers changed the items in between."""


def _checked_reads(reads: Iterable[Any]) -> tuple[PreparedTransactGet[Any], ...]:
    checked = tuple(reads)
    for read in checked:
        if not isinstance(read, PreparedTransactGet):
            raise UsageError(f"transact reads the result of entity.prepare(TransactGet(...)), not {given_type(read)}")
    if not checked:
        raise UsageError("transact has nothing to read: pass entity.prepare(TransactGet(...))")
    return checked


def checked_change(change: Any) -> Any:
    """Return the function of `transact`; raise a `UsageError` for other values and for coroutine functions."""
    if not callable(change):
        raise UsageError(f"transact takes a function first, which decides what to write, not {given_type(change)}")
    if iscoroutinefunction(change) or iscoroutinefunction(type(change).__call__):
        raise UsageError(
            "transact and atransact take an ordinary function, which only decides what to write, not a coroutine "
            "function: write it with def, and await before or after"
        )
    return change


def returned_writes(returned: Any, kinds: tuple[type[Any], ...], kind_names: str) -> tuple[Any, ...]:
    """Return the writes that the function of `transact` returned; *kind_names* names their classes in messages."""
    if returned is None:
        return ()
    if isinstance(returned, kinds) or not _is_list(returned):
        raise _invalid_return(kind_names, returned)
    found = tuple(returned)
    for one in found:
        if not isinstance(one, kinds):
            raise _invalid_return(kind_names, one, " of")
    return found


def _is_list(returned: Any) -> bool:
    if iscoroutine(returned):
        returned.close()  # or Python warns that it was never awaited
    return isinstance(returned, Iterable) and not isinstance(returned, (str, Mapping))


def _invalid_return(kind_names: str, given: Any, of: str = "") -> UsageError:
    return UsageError(
        f"the function of a transact returns a list of {kind_names}, or None, not{of} {given_type(given)}; "
        "nothing was written"
    )


@explain_unknown_options
@frozen(kw_only=True, repr=False)
class ReadModifyWrite(RetryOptions):
    """The command behind `transact`: reads, and a function that decides what to write."""

    called: ClassVar[str] = "transact"
    __sent_by__: ClassVar[str] = "table"

    change: Callable[..., Iterable[WriteGroup] | None] = field(converter=checked_change)
    reads: tuple[PreparedTransactGet[Any], ...] = field(converter=_checked_reads)

    def __flow__(self, target: Target, /) -> Flow[Transacted[*tuple[Any, ...]]]:
        """Read, decide and write; repeat as long as other writers change the items in between."""
        policy, tries = self.retry or DEFAULT_RETRY, 0
        while True:
            tries += 1
            slots, snapshot, items = yield from self._read(target)
            projections = [read.projection for read in self.reads for _ in read.keys]
            guards = [ReadGuard(*one) for one in zip(slots, projections, snapshot.stored_items, strict=True)]
            writes = GuardedWrites(guards, self._decide(items))
            if not writes.groups:
                return Transacted(items=items, written=None, tries=tries)
            try:
                written = yield from self._write(target, writes)
            except TransactionCanceledError as error:
                if not writes.is_overtaken(error):
                    raise
                if tries >= policy.max_attempts:
                    raise writes.gave_up(error, tries) from error.__cause__
                conflict = error
            else:
                return Transacted(items=items, written=written, tries=tries)
            yield from pause_before_retry(policy.delay(tries - 1), conflict)

    def _read(self, target: Target) -> Flow[tuple[GetSlots, Snapshot, tuple[Any, ...]]]:
        problems = Problems("transact")
        check_reads(problems, target, self.reads, "transact")
        for group in self.reads:
            if (why := too_many_attributes(group.entity, group.projection)) is not None:
                problems.add(Problem(why, operation="group", entity=group.entity.name))
            if group.on_unfit != "raise":
                problems.note(
                    "on_unfit= cannot be used in a transact: the function could not distinguish an item that does "
                    "not fit from a missing one; leave it out"
                )
        slots = GetSlots(self.reads, trusted=self.skip_validation)
        snapshot = yield from read_transaction(self, slots, problems)
        found = iter(snapshot.items)
        items = tuple([next(found) for _ in group.keys] for group in self.reads)
        return slots, snapshot, items

    def _decide(self, items: tuple[Any, ...]) -> tuple[WriteGroup, ...]:
        return returned_writes(self.change(*items), (PreparedWrites, Raw), "entity.prepare([...])")

    def _write(self, target: Target, writes: GuardedWrites) -> Flow[TransactWriteResult]:
        problems = Problems("transact")
        for group in writes.groups:
            check_group(problems, target, group)
        options = TransactWriteOptions(
            retry=_ONCE,
            return_consumed_capacity=self.return_consumed_capacity,
            skip_validation=self.skip_validation,
        )
        try:
            return (yield from write_transaction(options, writes.slots(options), problems))
        except OutcomeUnknownError as error:
            error.command = self
            raise
