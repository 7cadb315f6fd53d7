"""Descriptions of the changes of an update."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from dynamo_document_builder.explain.words.describer import Describer
from dynamo_document_builder.expressions.tree.changes import Assign, Change, ChangeSet, Increment, Remove
from dynamo_document_builder.expressions.tree.paths import EmptyList, IfNotExists, ListAppend, Path

if TYPE_CHECKING:
    from collections.abc import Iterable


def describe_changes(changes: Iterable[Change], describer: Describer) -> str:
    """Return the description of several changes, in order."""
    return ", ".join(describe_change(change, describer) for change in changes)


def describe_change(change: Change, describer: Describer) -> str:
    """Return the description of one change. Its values are masked if it names a hidden attribute."""
    return _describe(change, describer.for_part(change))


@singledispatch
def _describe(change: Change, describer: Describer) -> str:  # noqa: ARG001  used by the registered functions
    return str(change)  # a subclass that is not part of the library


@_describe.register
def _(change: Assign, describer: Describer) -> str:
    match change.value:
        case ListAppend(first=first, second=second) if _is_list_at(change.path, first):
            return f"append {describer.term(second)} to {change.path}"
        case ListAppend(first=first, second=second) if _is_list_at(change.path, second):
            return f"prepend {describer.term(first)} to {change.path}"
        case value:
            return f"set {change.path} to {describer.term(value)}"


def _is_list_at(path: Path, value: object) -> bool:
    """Return True if a value is the list under a path, by itself or with an empty list as its default."""
    match value:
        case IfNotExists(path=own, value=EmptyList() | []):
            return own == path
        case _:
            return value == path


@_describe.register
def _(change: Remove, describer: Describer) -> str:  # noqa: ARG001  contains no value
    return f"remove {change.path}"


@_describe.register
def _(change: Increment, describer: Describer) -> str:
    return f"increment {change.path} by {describer.term(change.amount)}"


@_describe.register
def _(change: ChangeSet, describer: Describer) -> str:
    verb, where = ("add", "to") if change.gain else ("remove", "from")
    return f"{verb} {describer.terms(change.elements)} {where} the set {change.path}"
