"""Turns pydantic errors into failures of fields, without repeating the refused value."""

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
"""Errors whose message may contain the value, or the text of an exception that contains the value."""
_ANY_EXPECTED: Final = "a value its validator takes"

_SENTENCE: Final = re.compile(
    r"(?P<what>Input|[A-Z][a-z]+(?: input)?) should (?P<verb>be|have|match|only contain) (?P<rest>.+)", re.DOTALL
)
_LENGTH: Final = re.compile(r"(?: after validation)?, not \d+$")
_VERBS: Final = {"have": "with", "match": "that matches", "only contain": "of only"}
_COMPLETE: Final = ("a ", "an ", "'", "one of ")
"""Beginnings of phrases that need no noun before them."""

OTHER: Final = "a value its class takes"


def failure_of(error: Mapping[str, Any]) -> FieldFailure:
    """Return one error of a `ValidationError` as the failure of a field."""
    error_type: str = error["type"]
    path = ".".join(map(str, error["loc"]))
    if not path:
        return FieldFailure("", "values its validators take", "ones they refuse")
    found = type_name(error["input"])
    # The type of a custom error is text of the user.
    if error_type not in _KNOWN:
        return FieldFailure(path, _ANY_EXPECTED, f"{found} that it refuses")
    return FieldFailure(path, _expected(error_type, error["msg"]), f"{found} ({error_type})")


def _expected(error_type: str, message: str) -> str:
    if error_type in _MAY_REPEAT or error_type.endswith("_parsing"):
        return _ANY_EXPECTED
    return expectation(message)


def expectation(message: str) -> str:
    """
    Return what pydantic expected, from the text of its error.

    A message in another form is not repeated, because it may contain the value.

    Example:
        >>> expectation("Input should be greater than 0")
        'a value greater than 0'
        >>> expectation("String should have at least 3 characters")
        'a string with at least 3 characters'

    """
    sentence = _SENTENCE.fullmatch(message)
    if sentence is None:
        return OTHER
    rest = _LENGTH.sub("", sentence["rest"])
    if sentence["verb"] == "be" and rest.startswith(_COMPLETE):
        return rest
    noun = "value" if sentence["what"] == "Input" else sentence["what"].removesuffix(" input").lower()
    words = (f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}", _VERBS.get(sentence["verb"], ""), rest)
    return " ".join(filter(None, words))
