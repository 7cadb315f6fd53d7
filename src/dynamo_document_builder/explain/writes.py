"""The steps of writes, with the conditions and changes that the library adds."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.commands.condition_check import ConditionCheck
from dynamo_document_builder.commands.delete import Delete
from dynamo_document_builder.commands.put import Put
from dynamo_document_builder.commands.update import Update
from dynamo_document_builder.explain.steps import CheckStep, DeleteStep, PutStep, RawStep, Step, UpdateStep
from dynamo_document_builder.model.keys.index_updates import key_writes
from dynamo_document_builder.model.managed.optimistic_lock import Preconditions, preconditions_of
from dynamo_document_builder.model.writing.operation import Operation
from dynamo_document_builder.model.writing.update_subject import subject_of
from dynamo_document_builder.transactions.raw import RawSlot

if TYPE_CHECKING:
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.transactions.write_slots import WriteSlot


def slot_step(slot: WriteSlot | RawSlot) -> Step:
    """Return the step of one operation of a transaction."""
    operation = slot.operation()
    if isinstance(slot, RawSlot):
        return RawStep(slot.command, operation, slot.key, slot.label)
    return write_step(slot.command, slot.entity, operation, in_transaction=True)


@singledispatch
def write_step(
    command: Any,
    entity: EntityModel[Any],  # noqa: ARG001  used by the registered functions
    operation: Operation,  # noqa: ARG001
    *,
    in_transaction: bool = False,  # noqa: ARG001
) -> Step:
    """Return the step of a write. *operation* is the rendered write."""
    raise TypeError(f"{type(command).__name__} is not a write that can be explained")


@write_step.register(Put)
def _(command: Put[Any], entity: Any, operation: Operation, *, in_transaction: bool = False) -> Step:
    condition, item = preconditions_of(command, entity).condition, operation.item or ""
    return PutStep(entity, operation.stored, item, condition, in_transaction, command.label)


@write_step.register
def _(command: Update, entity: Any, operation: Operation, *, in_transaction: bool = False) -> Step:
    preconditions = preconditions_of(command, entity)
    return UpdateStep(
        entity,
        command.key,
        preconditions.condition,
        in_transaction,
        command.label,
        changes=command.__changes__(entity),
        followed=_followed(command, entity, preconditions),
        key_text=operation.key,
    )


@write_step.register
def _(command: Delete, entity: Any, operation: Operation, *, in_transaction: bool = False) -> Step:  # noqa: ARG001  the key is enough
    return DeleteStep(entity, command.key, preconditions_of(command, entity).condition, in_transaction, command.label)


@write_step.register
def _(command: ConditionCheck, entity: Any, operation: Operation, *, in_transaction: bool = False) -> Step:  # noqa: ARG001  the key is enough
    return CheckStep(entity, command.key, preconditions_of(command, entity).condition, in_transaction, command.label)


def _followed(command: Update, entity: EntityModel[Any], preconditions: Preconditions) -> tuple[str, ...]:
    """Return the names of the managed fields and index keys that the library adds to an update."""
    changes = command.__changes__(entity)
    subject = subject_of(entity, command.key, changes, preconditions, command.__built_ns__)
    follow = key_writes(subject, changes)
    return tuple(dict.fromkeys((*subject.managed, *follow.written, *follow.removed)))
