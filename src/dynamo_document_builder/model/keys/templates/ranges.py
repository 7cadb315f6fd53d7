"""
Prefixes and ranges: the keys that a query asks for.

What comes after a value decides where its keys lie: `al#` is after `al b#`, as a space sorts before `#`. Where no
single key condition selects exactly what is meant, the query asks for the smallest interval, and `satisfies` tells
which of its keys are meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.templates.formats import CASES, LAST, cased, check_text
from dynamo_document_builder.model.keys.templates.template import Field, KeyTemplate

Comparison: TypeAlias = Literal["<", "<=", ">", ">="]
Given: TypeAlias = Mapping[str, Any]

_FIRST_SURROGATE, _LAST_SURROGATE = 0xD800, 0xDFFF
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


class Prefix(Struct, frozen=True):
    """The beginning of a key, or a whole one."""

    text: str
    is_whole: bool


class Range(Struct, frozen=True):
    """
    The keys between two texts, both included.

    `None` is an open end; then every key beyond belongs to the range.
    """

    low: str | None
    high: str | None
    is_exact: bool = True
    """Otherwise there may be other keys in between, which `satisfies` denies."""


class Compared(Struct, frozen=True):
    """The field of a key that a comparison is about."""

    template: KeyTemplate
    head: str
    """What stands before it in the key."""
    field: Field
    value: str
    """The text that it is compared with."""
    after: str
    """The literal after it."""

    @property
    def is_last(self) -> bool:
        """Whether the key ends with the field."""
        return not self.after and self.field is self.template.fields[-1]

    @property
    def is_bare(self) -> bool:
        """Whether the field is the whole key, so that DynamoDB's own operators compare it."""
        return len(self.template.tokens) == 1

    def range(self, operator: Comparison) -> Range:
        """Return where the keys are whose field compares so, the fields before it being equal."""
        return self._of_last(operator) if self.is_last else self._of_inner(operator)

    def _of_last(self, operator: Comparison) -> Range:
        whole, low, high = self._ends()
        match operator:
            case ">=":
                return Range(whole, high)
            case ">":
                return Range(f"{whole}\0", high)
            case "<=":
                return Range(low, whole)
            case _:
                return Range(low, text_before(whole))

    def _of_inner(self, operator: Comparison) -> Range:
        whole, low, high = self._ends()
        end, mark = self.after + LAST, self.after[:1]
        # A value that this one begins with, up to a character that sorts before the literal, has later keys.
        early = None if self.field.format.is_fixed else _first_below(self.value, mark)
        grows = bool(mark) and self.field.format.grows(self.value, mark)
        match operator:
            case ">=":
                return Range(whole, high, early is None)
            case ">":
                return Range(whole if grows else whole + end, high, early is None and not grows)
            case "<":
                top = text_before(whole) if early is None else self.head + self.value[:early] + end
                return Range(low, top, early is None)
            case _:
                top = whole if early is None else self.head + self.value[:early]
                return Range(low, top + end, early is None and not grows)

    def _ends(self) -> tuple[str, str | None, str | None]:
        return self.head + self.value, self.head or None, self.head + LAST if self.head else None

    def satisfies(self, key: str, operator: Comparison) -> bool:
        """Tell whether a stored key is one that is meant."""
        text = self.template.field_text(key, self.field)
        if text is None or not key.startswith(self.head):
            return False
        rank: Callable[[str], Any] = Decimal if self.template.is_number else str
        return _COMPARE[operator](rank(text), rank(self.value))


def prefix(template: KeyTemplate, given: Given, *, begins: bool = False) -> Prefix:
    """
    Return how the keys with these leading fields begin.

    It ends with the literal after the last of them. With *begins*, text given for the last of them is the beginning of
    the field's own text, and nothing follows it.
    """
    last = _last(template, given)
    parts = list[str]()
    for place, token in enumerate(template.tokens):
        if isinstance(token, str):
            parts.append(token)
        elif token.name not in given:
            return Prefix("".join(parts), is_whole=False)
        elif begins and place == last and type(given[token.name]) is str:
            return Prefix("".join((*parts, _beginning(template, token, given[token.name]))), is_whole=False)
        else:
            parts.append(token.text(given[token.name]))
    return Prefix("".join(parts), is_whole=True)


def compared(template: KeyTemplate, given: Given) -> Compared:
    """Return the field that a comparison with these values is about: the last of the leading fields."""
    last = _last(template, given)
    token = template.tokens[last] if last >= 0 else None
    if not isinstance(token, Field):
        raise UsageError(f"a comparison gives the first field of {template}, or several from the left")
    if not token.format.sorts:
        raise UsageError(f"{token.name!r} does not sort in {template}: {_why_unsorted(token)}")
    head = "".join([t if isinstance(t, str) else t.text(given[t.name]) for t in template.tokens[:last]])
    after = template.tokens[last + 1] if last + 1 < len(template.tokens) else ""
    value = token.text(given[token.name])
    return Compared(template, head, token, value, after if isinstance(after, str) else "")


def text_before(text: str) -> str:
    """Return the last text that sorts before this one, of all that can begin a key."""
    previous = ord(text[-1]) - 1
    if previous < 0:
        return text[:-1]
    if previous == _LAST_SURROGATE:
        previous = _FIRST_SURROGATE - 1
    return text[:-1] + chr(previous) + LAST


def _first_below(value: str, mark: str) -> int | None:
    return next((place for place in range(1, len(value)) if value[place] < mark), None)


def _last(template: KeyTemplate, given: Given) -> int:
    """Return the place of the last leading field that is given, -1 if none is; refuse what narrows nothing."""
    last, missing = -1, ""
    for place, token in enumerate(template.tokens):
        if isinstance(token, str) or missing:
            continue
        if token.name in given:
            last = place
        else:
            missing = token.name
    leading = {token.name for token in template.tokens[: last + 1] if isinstance(token, Field)}
    for name in given:
        if name in leading:
            continue
        if name in template.reads:
            raise UsageError(f"{name!r} narrows nothing: give {missing!r} first ({template})")
        raise UsageError(f"{name!r} narrows nothing: {template} has no such field; use filter=")
    return last


def _beginning(template: KeyTemplate, token: Field, text: str) -> str:
    """Return the beginning of a field's text, refusing one that no key has."""
    written = cased(token.spec, text) if token.spec in CASES else text
    if written and token.format.is_text:
        try:
            check_text(written, template.separators if token.spec in {"", *CASES} else "")
        except ValueError as error:
            raise UsageError(f"{token.name!r} {error}") from None
    return written


def _why_unsorted(token: Field) -> str:
    name = token.name
    if token.spec:
        return f"{token} does not begin with the largest unit"
    if token.format.is_text:
        return "its codec does not say that the stored text sorts as the values do"
    return f"'10' comes before '9'; use a padded format such as {{{name}:06d}} to compare it"
