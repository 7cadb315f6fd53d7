"""What pydantic says it expected, in words that go on after "expected"."""

from __future__ import annotations

import re
from typing import Final

_SAID: Final = re.compile(
    r"(?P<what>Input|[A-Z][a-z]+(?: input)?) should (?P<verb>be|have|match|only contain) (?P<rest>.+)", re.DOTALL
)
_LENGTH: Final = re.compile(r"(?: after validation)?, not \d+$")
_VERBS: Final = {"have": "with", "match": "that matches", "only contain": "of only"}
_COMPLETE: Final = ("a ", "an ", "'", "one of ")
"""What needs no noun before it."""

OTHER: Final = "a value its class takes"


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
