"""
Prefixes and ranges of keys, for key conditions of queries.

The literal after a value affects the order of keys: `al#` sorts after `al b#`, because a space sorts before `#`. If no
single key condition selects exactly the requested keys, the query reads the smallest range that contains them, and
`satisfies` filters the keys.
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
    """A prefix of keys, or a whole key."""

    text: str
    is_whole: bool


class Range(Struct, frozen=True):
    """
    The keys between two texts, both included.

    `None` is an open end.
    """

    low: str | None
    high: str | None
    is_exact: bool = True
    """False if the range may contain other keys, which `satisfies` must filter out."""


class Compared(Struct, frozen=True):
    """The field of a key that a comparison applies to."""

    template: KeyTemplate
    head: str
    """The text before the field in the key."""
    field: Field
    value: str
    """The text to compare the field with."""
    after: str
    """The literal after the field."""

    @property
    def is_last(self) -> bool:
        """True if the key ends with the field."""
        return not self.after and self.field is self.template.fields[-1]

    @property
    def is_bare(self) -> bool:
        """True if the field is the whole key, so that DynamoDB's operators can compare it."""
        return len(self.template.tokens) == 1

    def range(self, operator: Comparison) -> Range:
        """Return the range of keys whose field satisfies the comparison, with equal fields before it."""
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
        # A prefix of this value has later keys if the next character of the value sorts before the literal.
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
        """Return True if a stored key satisfies the comparison."""
        text = self.template.field_text(key, self.field)
        if text is None or not key.startswith(self.head):
            return False
        rank: Callable[[str], Any] = Decimal if self.template.is_number else str
        return _COMPARE[operator](rank(text), rank(self.value))


def prefix(template: KeyTemplate, given: Given, *, begins: bool = False) -> Prefix:
    """
    Return the common prefix of keys with these leading fields.

    The prefix includes the literal after the last field. With *begins*, a string for the last field is a prefix of the
    field, and no literal follows.
    """
    last = _last(template, given)
    parts = list[str]()
    for place, token in enumerate(template.tokens):
        if isinstance(token, str):
            parts.append(token)
        elif token.name not in given:
            return Prefix("".join(parts), is_whole=False)
        elif begins and place == last and type(given[token.name]) is str:
            return Prefix("".join((*parts, _value_prefix(template, token, given[token.name]))), is_whole=False)
        else:
            parts.append(token.text(given[token.name]))
    return Prefix("".join(parts), is_whole=True)


def compared(template: KeyTemplate, given: Given) -> Compared:
    """Return the field that a comparison with these values applies to: the last of the leading fields."""
    last = _last(template, given)
    token = template.tokens[last] if last >= 0 else None
    if not isinstance(token, Field):
        raise UsageError(f"a comparison takes the first field of {template}, or several fields from the left")
    if not token.format.sorts:
        raise UsageError(f"{token.name!r} does not sort in {template}: {_why_unsorted(token)}")
    head = "".join([t if isinstance(t, str) else t.text(given[t.name]) for t in template.tokens[:last]])
    after = template.tokens[last + 1] if last + 1 < len(template.tokens) else ""
    value = token.text(given[token.name])
    return Compared(template, head, token, value, after if isinstance(after, str) else "")


def text_before(text: str) -> str:
    """Return the last text that sorts before this one, as an upper bound of keys."""
    previous = ord(text[-1]) - 1
    if previous < 0:
        return text[:-1]
    if previous == _LAST_SURROGATE:
        previous = _FIRST_SURROGATE - 1
    return text[:-1] + chr(previous) + LAST


def _first_below(value: str, mark: str) -> int | None:
    return next((place for place in range(1, len(value)) if value[place] < mark), None)


def _last(template: KeyTemplate, given: Given) -> int:
    """Return the position of the last leading field that is given, or -1; refuse fields that cannot narrow a query."""
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
            raise UsageError(f"{name!r} cannot narrow the query: give {missing!r} first ({template})")
        raise UsageError(f"{name!r} cannot narrow the query: {template} has no such field; use filter=")
    return last


def _value_prefix(template: KeyTemplate, token: Field, text: str) -> str:
    """Return the text of a prefix of a field; refuse a text that no key can contain."""
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
