"""What an update does to each path, in words."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from dynamo_document_builder.explain.words.values import Words
from dynamo_document_builder.expressions.tree.changes import Assign, Change, ChangeSet, Increment, Remove
from dynamo_document_builder.expressions.tree.paths import EmptyList, IfNotExists, ListAppend, Path

if TYPE_CHECKING:
    from collections.abc import Iterable


def changes_words(changes: Iterable[Change], words: Words) -> str:
    """Say several changes, one after the other."""
    return ", ".join(change_words(change, words) for change in changes)


def change_words(change: Change, words: Words) -> str:
    """Say one change; one that names a hidden attribute without its values."""
    return _words(change, words.about(change))


@singledispatch
def _words(change: Change, words: Words) -> str:  # noqa: ARG001  every kind of its own has a use for it
    return str(change)  # a kind that someone added


@_words.register
def _(change: Assign, words: Words) -> str:
    match change.value:
        case ListAppend(first=first, second=second) if _is_list_at(change.path, first):
            return f"append {words.term(second)} to {change.path}"
        case ListAppend(first=first, second=second) if _is_list_at(change.path, second):
            return f"put {words.term(first)} in front of {change.path}"
        case value:
            return f"set {change.path} to {words.term(value)}"


def _is_list_at(path: Path, value: object) -> bool:
    """Tell whether a value is the list under this path, which begins empty where there is none."""
    match value:
        case IfNotExists(path=own, value=EmptyList() | []):
            return own == path
        case _:
            return value == path


@_words.register
def _(change: Remove, words: Words) -> str:  # noqa: ARG001  there is no value in it
    return f"remove {change.path}"


@_words.register
def _(change: Increment, words: Words) -> str:
    return f"increment {change.path} by {words.term(change.amount)}"


@_words.register
def _(change: ChangeSet, words: Words) -> str:
    verb, where = ("add", "to") if change.gain else ("remove", "from")
    return f"{verb} {words.terms(change.elements)} {where} the set {change.path}"
