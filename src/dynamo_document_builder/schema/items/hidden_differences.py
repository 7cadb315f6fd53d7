"""Finds differences between two values in fields with `repr=False`."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, cast

from dynamo_document_builder.schema.items.members import is_record, members_of, value_of
from dynamo_document_builder.schema.type_guards import is_dict
from dynamo_document_builder.wire.type_guards import is_sequence

if TYPE_CHECKING:
    from collections.abc import Iterator


def hidden_differences(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """
    Yield the path and both values of each field with `repr=False` that differs, at any depth.

    The `repr` of the two values does not show such a difference. Elements of sets are skipped: they have no path.
    """
    for inner, one, other, hidden in _members(path, old, new):
        if not hidden:
            yield from hidden_differences(inner, one, other)
        elif type(one) is not type(other) or one != other:
            yield inner, one, other


def _members(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any, bool]]:
    classes: dict[Any, None] = {type(value): None for value in (old, new) if is_record(cast("Any", type(value)))}
    for cls in classes:
        one, other = (value if type(value) is cls else None for value in (old, new))
        for member in members_of(cls):
            name = member.name
            yield f"{path}.{name}", value_of(one, name), value_of(other, name), not member.repr
    if is_dict(old) or is_dict(new):
        before, after = (value if is_dict(value) else {} for value in (old, new))
        for name in dict.fromkeys((*before, *after)):
            yield f"{path}.{name}", before.get(name), after.get(name), False
    if not classes and (is_sequence(old) or is_sequence(new)):  # a named tuple is both
        elements = zip_longest(*(value if is_sequence(value) else () for value in (old, new)))
        for index, (one, other) in enumerate(elements):
            yield f"{path}[{index}]", one, other, False
