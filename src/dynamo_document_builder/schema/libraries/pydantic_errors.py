"""What pydantic says of a value that it refuses, without the value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic_core.core_schema import ErrorType

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.type_guards import type_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_KNOWN: Final = frozenset[str](get_args(ErrorType))
_MAY_REPEAT: Final = frozenset({"value_error", "assertion_error", "union_tag_invalid", "enum", "literal_error"})
"""Errors whose message may hold the value, or the text of an exception that does."""
_OF_ANY: Final = "a value its validator takes"

_SAID: Final = re.compile(
    r"(?P<what>Input|[A-Z][a-z]+(?: input)?) should (?P<verb>be|have|match|only contain) (?P<rest>.+)", re.DOTALL
)
_LENGTH: Final = re.compile(r"(?: after validation)?, not \d+$")
_VERBS: Final = {"have": "with", "match": "that matches", "only contain": "of only"}
_COMPLETE: Final = ("a ", "an ", "'", "one of ")
"""What needs no noun before it."""

OTHER: Final = "a value its class takes"


def failure_of(error: Mapping[str, Any]) -> FieldFailure:
    """Return one of the errors in a `ValidationError` as a failure of a field."""
    said: str = error["type"]
    path = ".".join(map(str, error["loc"]))
    if not path:
        return FieldFailure("", "values its validators take", "ones they refuse")
    found = type_name(error["input"])
    # The type of a custom error is text of the user, too.
    if said not in _KNOWN:
        return FieldFailure(path, _OF_ANY, f"{found} that it refuses")
    return FieldFailure(path, _expected(said, error["msg"]), f"{found} ({said})")


def _expected(said: str, message: str) -> str:
    if said in _MAY_REPEAT or said.endswith("_parsing"):
        return _OF_ANY
    return expectation(message)


def expectation(message: str) -> str:
    """
    Return what pydantic's message says it expected.

    Of a message that is not one of its own sentences about its input nothing is repeated: it may hold the value.

    Example:
        >>> expectation("Input should be greater than 0")
        'a value greater than 0'
        >>> expectation("String should have at least 3 characters")
        'a string with at least 3 characters'

    """
    said = _SAID.fullmatch(message)
    if said is None:
        return OTHER
    rest = _LENGTH.sub("", said["rest"])
    if said["verb"] == "be" and rest.startswith(_COMPLETE):
        return rest
    noun = "value" if said["what"] == "Input" else said["what"].removesuffix(" input").lower()
    words = (f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}", _VERBS.get(said["verb"], ""), rest)
    return " ".join(filter(None, words))
