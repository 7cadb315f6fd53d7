"""
Check a whole transaction before its request is built, and collect all problems in one error.

The limits: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.findings import Problem
from dynamo_document_builder.model.tables.names import FirstOfItem, own_name
from dynamo_document_builder.transactions.write_slots import Slot, slot_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.model.commands.problems import Problems
    from dynamo_document_builder.model.writing.operation import Operation

MAX_OPERATIONS: Final = 100
MAX_TOTAL_BYTES: Final = 4 * 1024 * 1024
MAX_TOKEN: Final = 36


def preflight(problems: Problems, slots: Sequence[Slot]) -> list[Operation]:
    """Return all operations after checking them together; problems go to *problems*."""
    try:
        operations = [slot.operation() for slot in slots]
    except UsageError:
        return _with_problems(problems, slots)
    if not _is_valid(slots, operations):
        return _with_problems(problems, slots)
    _check_total(problems, operations)
    return operations


def _is_valid(slots: Sequence[Slot], operations: Sequence[Operation]) -> bool:
    """Return True if all checks but the one of the size succeed. Every transaction takes this fast path."""
    count = len(slots)
    tables = {operation.table for operation in operations}
    labels = [label for slot in slots if (label := slot.label) is not None]
    return (
        0 < count <= MAX_OPERATIONS
        and len({(operation.table, operation.key) for operation in operations}) == count
        and len(set(map(own_name, tables))) == len(tables)
        and len(set(labels)) == len(labels)
    )


def _with_problems(problems: Problems, slots: Sequence[Slot]) -> list[Operation]:
    """Check every operation, in order, and collect the problems of all of them."""
    _check_count(problems, len(slots))
    rendered: dict[int, Operation] = {}
    targets: dict[int, tuple[str, str]] = {}
    for index, slot in enumerate(slots):
        try:
            operation = rendered[index] = slot.operation()
        except UsageError as error:
            problems.absorb(error, index, slot.label)
            targets[index] = slot.target()
        else:
            targets[index] = (operation.table, operation.key)
    _check_targets(problems, slots, targets)
    _check_labels(problems, slots)
    _check_total(problems, list(rendered.values()))
    return list(rendered.values())


def _check_count(problems: Problems, count: int) -> None:
    if count == 0:
        problems.note("it has no operations; DynamoDB requires 1 to 100")
    elif count > MAX_OPERATIONS:
        problems.note(
            f"it has {count} operations; DynamoDB allows {MAX_OPERATIONS}. "
            "Send several transactions if they may succeed or fail separately: splitting one would lose atomicity"
        )


def _check_targets(problems: Problems, slots: Sequence[Slot], targets: Mapping[int, tuple[str, str]]) -> None:
    first = FirstOfItem[int]()
    for index, (table, key) in targets.items():
        if (
            not key
        ):  # an invalid key, which has a problem already, or a raw Put into a table with unknown key attributes
            continue
        earlier = first.note(table, key, index)
        if earlier != index:
            problems.add(_same_item(slots, earlier, index))


def _same_item(slots: Sequence[Slot], one: int, other: int) -> Problem:
    slot = slots[other]
    advice = f"{_advice(slots, one, other)}{_names(slots, one, other)}"
    text = f"is about the same item as [{one}] {slot_text(slots[one])}; {advice}"
    entity = None if slot.entity is None else slot.entity.name
    return Problem(text, index=other, label=slot.label, operation=slot.name, entity=entity, key=slot.key)


def _names(slots: Sequence[Slot], one: int, other: int) -> str:
    name, another = (slots[index].target()[0] for index in (one, other))
    if name == another:
        return ""
    return f". {name!r} and {another!r} are treated as one table: if they are two tables, use their ARNs"


def _advice(slots: Sequence[Slot], one: int, other: int) -> str:
    names = [slots[one].name, slots[other].name]
    if "Get" in names:
        return "DynamoDB reads an item only once per transaction: give its key once"
    write = next((name for name in names if "ConditionCheck" not in name), None)
    if write is None:
        return "DynamoDB takes one operation per item: join both conditions in one ConditionCheck"
    if any("ConditionCheck" in name for name in names):
        return f"DynamoDB takes one operation per item: move the ConditionCheck's condition onto the {write}"
    return "DynamoDB takes one operation per item: combine them into one, or send them separately"


def _check_labels(problems: Problems, slots: Sequence[Slot]) -> None:
    seen: set[str] = set()
    for index, slot in enumerate(slots):
        if slot.label is None:
            continue
        if slot.label in seen:
            problems.add(Problem("its label is used twice", index=index, label=slot.label))
        seen.add(slot.label)


def _check_total(problems: Problems, operations: Sequence[Operation]) -> None:
    # JSON is never smaller than the item it contains, so only a large request has to be measured.
    if sum([len(operation.item) for operation in operations if operation.item is not None]) * 4 <= MAX_TOTAL_BYTES:
        return
    total = sum(operation.item_bytes for operation in operations)
    if total > MAX_TOTAL_BYTES:
        problems.note(f"its items have {total} bytes together; DynamoDB allows {MAX_TOTAL_BYTES} (4 MB)")


def check_token(problems: Problems, token: str | None) -> None:
    """Note a problem if DynamoDB would refuse the token."""
    if token is not None and not 1 <= len(token) <= MAX_TOKEN:
        problems.note(f"its idempotency_token has {len(token)} characters; DynamoDB allows 1 to {MAX_TOKEN}")
