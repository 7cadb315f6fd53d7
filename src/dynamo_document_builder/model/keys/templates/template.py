"""
KeyTemplate: a key as literals and fields, such as `ORDER#{placed_on}#{number:06d}`.

A separator is the character after a field, or punctuation before a field. The text of a field must not contain a
separator. Therefore different values never give the same key, and a stored key can be parsed into its fields.
"""

from __future__ import annotations

import itertools
import re
from functools import cached_property
from string import Formatter
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.errors.texts import suggestion
from dynamo_document_builder.model.keys.templates.formats import (
    CASES,
    NUMBER,
    REST,
    Format,
    braced,
    has_no_text,
    text_format,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind

Fields: TypeAlias = "Mapping[str, FieldInfo]"


class Field(Struct, frozen=True, eq=False):
    """A field of a template."""

    name: str
    spec: str
    format: Format

    def text(self, value: Any) -> str:
        """Return the text of a value in the key; raise `UsageError` if the key cannot contain the value."""
        if value is None:
            raise UsageError(f"{self.name!r} is None, and a key is built from values")
        try:
            return self.format.write(value)
        except ValueError as error:
            raise UsageError(f"{self.name!r} {error}") from None

    def __str__(self) -> str:
        return braced(self.name, self.spec)


Token: TypeAlias = str | Field


class KeyTemplate(Struct, frozen=True, eq=False, dict=True):
    """A key that consists of literals and fields."""

    tokens: tuple[Token, ...]
    separators: str
    sparse: bool
    """True if a field may be `None`; then there is no key."""

    @classmethod
    def of(cls, text: str, fields: Fields, *, sparse: bool = False) -> KeyTemplate:
        """Parse a template. With *sparse*, an optional field that is `None` gives no key."""
        pieces = tuple(_pieces(text, fields))
        separators = "".join(sorted(set(_separators(pieces))))
        tokens = tuple(one if isinstance(one, str) else _field(text, one, fields, separators) for one in pieces)
        _check(text, tokens)
        named = [fields[token.name] for token in tokens if isinstance(token, Field)]
        return cls(tokens, separators, sparse and any(may_be_none(info) for info in named))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KeyTemplate) and (str(self), self.sparse) == (str(other), other.sparse)

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        return template_text(self.tokens)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields, from left to right."""
        return tuple(token for token in self.tokens if isinstance(token, Field))

    @cached_property
    def reads(self) -> frozenset[str]:
        """The names of the fields."""
        return frozenset(one.name for one in self.fields)

    @cached_property
    def determined(self) -> frozenset[str]:
        """The names of the fields whose values can be read from a key; not fields in a fixed case, for example."""
        return frozenset(one.name for one in self.fields if one.format.read is not None)

    @property
    def is_number(self) -> bool:
        """True if the key attribute has type N."""
        return any(one.spec == NUMBER for one in self.fields)

    def text(self, values: Mapping[str, Any]) -> str | None:
        """Return the key for these values; `None` if a field is `None` and the item is not in the index."""
        if self.sparse and any(values[one.name] is None for one in self.fields):
            return None
        return "".join([one if isinstance(one, str) else one.text(values[one.name]) for one in self.tokens])

    def parse(self, key: str) -> dict[str, Any] | None:
        """Return the fields of a stored key; `None` if this template cannot build the key."""
        match = self._whole(key)
        if match is None:
            return None
        pairs = tuple(zip(self.fields, match.groups(), strict=True))
        try:
            found = {one.name: one.format.read(text) for one, text in pairs if one.format.read is not None}
        except (ValueError, ArithmeticError, KeyError):
            return None
        # A text with the same meaning is a different key, such as a time in another time zone.
        return found if all(_is_own(one, text, found) for one, text in pairs) else None

    def fits(self, key: str) -> bool:
        """Return True if this template can build the key."""
        return self.parse(key) is not None

    @cached_property
    def resembles(self) -> Callable[[str], object]:
        """A function that returns a match if a key has the literals of this template."""
        return self._compiled(lambda one: one.format.outline)

    @cached_property
    def _whole(self) -> Callable[[str], re.Match[str] | None]:
        return self._compiled(lambda one: one.format.pattern)

    def _compiled(self, pattern: Callable[[Field], str]) -> Callable[[str], re.Match[str] | None]:
        parts = [re.escape(token) if isinstance(token, str) else pattern(token) for token in self.tokens]
        return re.compile("".join(parts), re.DOTALL).fullmatch

    def field_text(self, key: str, one: Field) -> str | None:
        """Return the text of a field in a stored key; `None` if the key does not match the template."""
        match = self._whole(key)
        return None if match is None else match.group(self.fields.index(one) + 1)


def may_be_none(info: FieldInfo) -> bool:
    """Return True if a field can be `None` or missing."""
    return info.optional or info.null or info.missing or bool(info.missing_in)


def template_text(tokens: Iterable[str | Field | tuple[str, str]]) -> str:
    """Return the text of a template with these tokens; a field can also be a tuple of name and format."""
    return "".join(_token_text(token) for token in tokens)


def _token_text(token: str | Field | tuple[str, str]) -> str:
    if isinstance(token, str):
        return token.replace("{", "{{").replace("}", "}}")
    return braced(*token) if isinstance(token, tuple) else str(token)


def _is_own(one: Field, text: str, found: Mapping[str, Any]) -> bool:
    if one.name in found:
        try:
            return one.format.write(found[one.name]) == text
        except ValueError:
            return False
    return one.spec not in CASES or one.format.write(text) == text


def _pieces(text: str, fields: Fields) -> Iterator[str | tuple[str, str]]:
    """Yield the literals, and the fields as tuples of name and format."""
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as error:
        raise DefinitionError(f"key template {text!r}: {error}; write {{{{ and }}}} for braces") from None
    literal = ""
    for before, name, spec, conversion in parsed:
        literal += before
        if name is None:
            continue
        if name not in fields or conversion:
            raise DefinitionError(f"key template {text!r}: {{{name}}} is not a field; {suggestion(name, fields)}")
        if literal:
            yield literal
        yield name, spec or ""
        literal = ""
    if literal:
        yield literal


def _separators(pieces: tuple[str | tuple[str, str], ...]) -> Iterator[str]:
    for one, other in itertools.pairwise(pieces):
        if isinstance(one, str) and not one[-1].isalnum():
            yield one[-1]
        if isinstance(other, str):
            yield other[0]


def _field(text: str, piece: tuple[str, str], fields: Fields, separators: str) -> Field:
    name, spec = piece
    found = _format_of(fields[name].kind, spec, separators)
    if found is None:
        raise DefinitionError(
            f"key template {text!r}: {fields[name].kind.expected} cannot be written as {braced(name, spec)}; "
            f"{_advice(fields[name].kind.expected)}"
        )
    return Field(name, spec, found)


def _format_of(kind: Kind, spec: str, separators: str) -> Format | None:
    """Return the format of a kind; `None` if the kind does not support the format."""
    if kind.python is str:
        return text_format(spec, "" if spec == REST else separators) if spec in {"", REST, *CASES} else None
    # Lazy import: only keys with numbers, dates or UUIDs need it.
    from dynamo_document_builder.model.keys.templates.typed_formats import typed_format  # noqa: PLC0415

    return typed_format(kind, spec, separators)


def _advice(expected: str) -> str:
    formats = {
        "str": "text takes lower, upper and rest",
        "int": "whole numbers take 06d and the like, and number",
        "Decimal": "decimal numbers take number",
        "date": "dates take %Y, %m and %d",
        "datetime with a timezone": "datetimes take %Y, %m, %d, %H, %M and %S",
    }
    return formats.get(expected, "declare the key with computed(function, reads=[...])")


def _check(text: str, tokens: tuple[Token, ...]) -> None:
    if not tokens:
        raise DefinitionError("a key template has at least one character")
    for token in tokens:
        if isinstance(token, str) and has_no_text(token):
            raise DefinitionError("a key template contains U+10FFFF or a lone surrogate, which a key cannot hold")
    for one, other in zip(tokens, (*tokens[1:], ""), strict=True):
        if isinstance(one, Field):
            _check_end(text, one, other)
            if one.spec == NUMBER and len(tokens) > 1:
                raise DefinitionError(
                    f"key template {text!r}: {one} is a key of type number, so it stands alone; "
                    f"{{{one.name}:06d}} is text"
                )


def _check_end(text: str, one: Field, other: Token) -> None:
    """Refuse a field whose end in a key is ambiguous."""
    if isinstance(other, Field) and not one.format.is_fixed:
        raise DefinitionError(
            f"key template {text!r}: nothing tells where {one.name!r} ends and {other.name!r} begins; "
            "put a separator between them"
        )
    if isinstance(other, str) and other and one.spec == REST:
        raise DefinitionError(f"key template {text!r}: {one} may contain anything, so nothing can follow it")
    if isinstance(other, str) and other and one.format.runs_into(other[0]):
        raise DefinitionError(
            f"key template {text!r}: a value of {one.name!r} may contain {other[0]!r}, which ends it; "
            "use another separator"
        )
