"""
Evaluation of updates. Every operand is read from the item before the update.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field

from dynamo_document_builder.expressions.evaluation.stored_values import comparable, find
from dynamo_document_builder.expressions.tree.changes import Assign, Change, ChangeSet, Increment, Remove
from dynamo_document_builder.expressions.tree.paths import Arithmetic, IfNotExists, ListAppend, Path
from dynamo_document_builder.testing.memory.evaluating.projecting import projected
from dynamo_document_builder.testing.memory.language import wire_of
from dynamo_document_builder.testing.memory.refused import invalid_item
from dynamo_document_builder.testing.memory.storage.values import canonical, type_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamo_document_builder.expressions.tree.paths import Segment
    from dynamo_document_builder.testing.memory.storage.values import Item, Wire

_WRONG_OPERAND: Final = "An operand in the update expression has an incorrect data type"
_NO_PATH: Final = "The document path provided in the update expression is invalid for update"
_NO_ATTRIBUTE: Final = "The provided expression refers to an attribute that does not exist in the item"
_EXACT: Final = 500
"""A precision in digits that makes the sum of any two DynamoDB numbers exact."""


def updated(changes: Sequence[Change], item: Item, *, is_new: bool) -> Item:
    """
    Return an item after an update, or refuse the update.

    A new item (*is_new*) has only its key. DynamoDB ignores the removal of a nested path that does not exist in a new
    item, and refuses it in a stored item.
    """
    writes = _Writes(item, is_new)
    for change in changes:
        _CHANGES[type(change)](writes, change)
    return writes.result()


@define(eq=False)
class _Writes:
    """The writes of an update, collected before the item changes."""

    item: Item
    is_new: bool
    sets: list[tuple[tuple[Segment, ...], Wire]] = field(factory=list["tuple[tuple[Segment, ...], Wire]"])
    removals: list[tuple[Segment, ...]] = field(factory=list["tuple[Segment, ...]"])

    def assign(self, change: Assign) -> None:
        self.sets.append((change.path.segments, self.value_of(change.value)))

    def remove(self, change: Remove) -> None:
        if not (self.is_new and len(change.path.segments) > 1):
            self.removals.append(change.path.segments)

    def increment(self, change: Increment) -> None:
        path, amount = change.path.segments, self.value_of(change.amount)
        found = find(self.item, path)
        if type_of(amount) != "N" or (found is not None and "N" not in found):
            raise invalid_item(_WRONG_OPERAND)
        self.sets.append((path, amount if found is None else _computed(dict(found), "+", amount)))

    def change_set(self, change: ChangeSet) -> None:
        path, elements = change.path.segments, self.value_of(change.elements)
        tag, found = type_of(elements), find(self.item, path)
        if found is not None and tag not in found:
            raise invalid_item(_WRONG_OPERAND)
        there: list[str] = [] if found is None else found[tag]
        if change.gain:
            known = set(there)
            self.sets.append((path, {tag: [*there, *(one for one in elements[tag] if one not in known)]}))
            return
        if found is None:
            return
        taken = set(elements[tag])
        left = [one for one in there if one not in taken]
        if left:
            self.sets.append((path, {tag: left}))
        else:
            self.removals.append(path)

    def value_of(self, node: Any) -> Wire:
        """Return the value of an operand."""
        match node:
            case Path(segments):
                found = find(self.item, segments)
                if found is None:
                    raise invalid_item(_NO_ATTRIBUTE)
                return dict(found)
            case IfNotExists(Path(segments), value):
                found = find(self.item, segments)
                return self.value_of(value) if found is None else dict(found)
            case Arithmetic(left, sign, right):
                return _computed(self.value_of(left), sign, self.value_of(right))
            case ListAppend(first, second):
                lists = self.value_of(first), self.value_of(second)
                if any("L" not in one for one in lists):
                    raise invalid_item(_WRONG_OPERAND)
                return {"L": [*lists[0]["L"], *lists[1]["L"]]}
            case _:
                return wire_of(node)

    def result(self) -> Item:
        """Return the changed item: values are set first, then removed, starting from the end of each list."""
        root: Wire = {"M": self.item}
        for path, value in sorted(self.sets, key=lambda one: _by_index(one[0])):
            root = _with(root, path, value)
        for path in sorted(self.removals, key=_by_index, reverse=True):
            root = _without(root, path)
        item: Item = root["M"]
        return item


_CHANGES: Final[Any] = {
    Assign: _Writes.assign,
    Remove: _Writes.remove,
    Increment: _Writes.increment,
    ChangeSet: _Writes.change_set,
}


def _by_index(path: Iterable[Segment]) -> tuple[tuple[bool, int, str], ...]:
    """Return a sort key for paths, so that elements are appended to a list in the order of their indexes."""
    return tuple((isinstance(one, str), one if isinstance(one, int) else 0, str(one)) for one in path)


def _computed(left: Wire, sign: str, right: Wire) -> Wire:
    if "N" not in left or "N" not in right:
        raise invalid_item(_WRONG_OPERAND)
    with localcontext() as context:
        context.prec = _EXACT
        one, other = Decimal(left["N"]), Decimal(right["N"])
        result = one + other if sign == "+" else one - other
    return canonical({"N": str(result)})


def _with(wire: Wire, path: tuple[Segment, ...], value: Wire) -> Wire:
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(head, str) and "M" in wire:
        members = wire["M"]
        if rest and head not in members:
            raise invalid_item(_NO_PATH)
        return {"M": {**members, head: _with(members.get(head, {}), rest, value)}}
    if isinstance(head, int) and "L" in wire:
        elements = list(wire["L"])
        if head < len(elements):
            elements[head] = _with(elements[head], rest, value)
        elif rest:
            raise invalid_item(_NO_PATH)
        else:
            elements.append(value)
        return {"L": elements}
    raise invalid_item(_NO_PATH)


def _without(wire: Wire, path: tuple[Segment, ...]) -> Wire:
    head, rest = path[0], path[1:]
    if isinstance(head, str) and "M" in wire:
        members = wire["M"]
        if head not in members:
            if rest:
                raise invalid_item(_NO_PATH)
            return wire
        if rest:
            return {"M": {**members, head: _without(members[head], rest)}}
        return {"M": {name: value for name, value in members.items() if name != head}}
    if isinstance(head, int) and "L" in wire:
        elements = list(wire["L"])
        if head >= len(elements):
            if rest:
                raise invalid_item(_NO_PATH)
            return wire
        if rest:
            elements[head] = _without(elements[head], rest)
        else:
            del elements[head]
        return {"L": elements}
    raise invalid_item(_NO_PATH)


def changed_parts(changes: Sequence[Change], item: Item | None) -> Item:
    """Return the parts of an item that an update names, in their maps and lists."""
    return projected(item or {}, [change.path.segments for change in changes])


def same_items(one: Item | None, other: Item | None) -> bool:
    """Return True if DynamoDB considers two items equal."""
    return (one is None) is (other is None) and comparable({"M": one or {}}) == comparable({"M": other or {}})
