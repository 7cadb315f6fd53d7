"""
What DynamoDB takes as text and what it refuses, as data: one rule at a time, with the page that states the rule.

A text uses the placeholders of `NAMES` and `VALUES`. A test gives those that the text uses, and no others.
"""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

Kind: TypeAlias = Literal["condition", "key condition", "update", "projection"]

GUIDE: Final = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"

NAMES: Final = {
    "#dotted": "bark.type",
    "#group": "group",
    "#height": "height",
    "#indexed": "[2]",
    "#site": "site",
    "#status": "status",
    "#1st": "first",
    "#_": "underscore",
    "#Long_Name_42": "any text at all!",
}
VALUES: Final[dict[str, Any]] = {
    ":three": {"N": "3"},
    ":nine": {"N": "9"},
    ":oak": {"S": "oak"},
    ":pine": {"S": "pine"},
    ":blank": {"S": ""},
    ":raw": {"B": "b2Fr"},
    ":raw_end": {"B": "cGluZQ=="},
    ":yes": {"BOOL": True},
    ":nothing": {"NULL": True},
    ":rings": {"L": [{"N": "3"}, {"N": "9"}]},
    ":no_rings": {"L": []},
    ":site": {"M": {"city": {"S": "Oslo"}}},
    ":words": {"SS": ["oak", "pine"]},
    ":numbers": {"NS": ["3", "9"]},
    ":blobs": {"BS": ["b2Fr"]},
    ":type": {"S": "N"},
    ":no_type": {"S": "NUMBER"},
    ":1st": {"N": "3"},
    ":A_b_42": {"N": "9"},
}


@frozen
class Rule:
    """One rule, with texts that keep it and texts that break it."""

    kind: Kind
    title: str
    page: str
    taken: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()
    """Texts that DynamoDB refuses, and that become valid, with the same meaning, as the library writes them."""
    beyond_engine: bool = False
    """Whether the reference engine refuses these texts, although DynamoDB takes them."""


def rule(
    kind: Kind,
    title: str,
    page: str,
    *,
    taken: str = "",
    refused: str = "",
    rewritten: str = "",
    beyond_engine: bool = False,
) -> Rule:
    """Write down a rule; each line is a text."""
    return Rule(kind, title, GUIDE + page, _lines(taken), _lines(refused), _lines(rewritten), beyond_engine)


def _lines(texts: str) -> tuple[str, ...]:
    return tuple(line.strip().replace("\\n", "\n").replace("\\t", "\t") for line in texts.strip().splitlines())


def names_in(text: str) -> dict[str, str]:
    """Return the names that a text uses."""
    return {placeholder: NAMES[placeholder] for placeholder in _used(text, "#") if placeholder in NAMES}


def values_in(text: str) -> dict[str, Any]:
    """Return the values that a text uses, in DynamoDB JSON."""
    return {placeholder: VALUES[placeholder] for placeholder in _used(text, ":") if placeholder in VALUES}


def as_boto3(value: Any) -> Any:
    """Return DynamoDB JSON as boto3 takes it: bytes as bytes."""
    if isinstance(value, list):
        return [as_boto3(element) for element in value]
    if not isinstance(value, dict):
        return value
    blobs = {"B": b64decode, "BS": lambda elements: [b64decode(element) for element in elements]}
    return {name: blobs.get(name, as_boto3)(inner) for name, inner in value.items()}


def _used(text: str, sign: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf"{sign}[A-Za-z0-9_]+", text)))
