"""What an update does to each path, in words."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from dynamo_document_builder.explain.words.describer import Describer
from dynamo_document_builder.expressions.tree.changes import Assign, Change, ChangeSet, Increment, Remove
from dynamo_document_builder.expressions.tree.paths import EmptyList, IfNotExists, ListAppend, Path

if TYPE_CHECKING:
    from collections.abc import Iterable


def describe_changes(changes: Iterable[Change], describer: Describer) -> str:
    """Say several changes, one after the other."""
    return ", ".join(describe_change(change, describer) for change in changes)


def describe_change(change: Change, describer: Describer) -> str:
    """Say one change; one that names a hidden attribute without its values."""
    return _words(change, describer.for_part(change))


@singledispatch
def _words(change: Change, describer: Describer) -> str:  # noqa: ARG001  every kind of its own has a use for it
    return str(change)  # a kind that someone added


@_words.register
def _(change: Assign, describer: Describer) -> str:
    match change.value:
        case ListAppend(first=first, second=second) if _is_list_at(change.path, first):
            return f"append {describer.term(second)} to {change.path}"
        case ListAppend(first=first, second=second) if _is_list_at(change.path, second):
            return f"put {describer.term(first)} in front of {change.path}"
        case value:
            return f"set {change.path} to {describer.term(value)}"


def _is_list_at(path: Path, value: object) -> bool:
    """Tell whether a value is the list under this path, which begins empty where there is none."""
    match value:
        case IfNotExists(path=own, value=EmptyList() | []):
            return own == path
        case _:
            return value == path


@_words.register
def _(change: Remove, describer: Describer) -> str:  # noqa: ARG001  there is no value in it
    return f"remove {change.path}"


@_words.register
def _(change: Increment, describer: Describer) -> str:
    return f"increment {change.path} by {describer.term(change.amount)}"


@_words.register
def _(change: ChangeSet, describer: Describer) -> str:
    verb, where = ("add", "to") if change.gain else ("remove", "from")
    return f"{verb} {describer.terms(change.elements)} {where} the set {change.path}"
