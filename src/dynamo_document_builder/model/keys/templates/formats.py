"""Format: the text of a field in a key, the possible shapes of this text, and parsing."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


LAST: Final = "\U0010ffff"
"""The character that sorts last. No value may contain it, so it marks the end of a range."""
DIGITS: Final = "0123456789"
CASES: Final = ("lower", "upper")
NUMBER: Final = "number"
REST: Final = "rest"
_NO_NAMES: Final[Mapping[str, Any]] = {}
_SEARCHED: Final = 0x800
"""The code points in which `Chars.shared` searches for a common character of two negated sets."""


class KeyTextError(ValueError):
    """A value that a key cannot contain. The text continues after the field name and never shows the value."""


class Chars(Struct, frozen=True):
    """A set of characters; with *but*, all characters except these."""

    chars: str
    but: bool = False

    def has(self, char: str) -> bool:
        """Return True if a character is in the set."""
        return (char in self.chars) != self.but

    def shared(self, other: Chars) -> str | None:
        """Return a character that is in both sets, or `None`."""
        if self.but and not other.but:
            return other.shared(self)
        candidates = map(chr, range(ord("a"), _SEARCHED)) if self.but else self.chars
        return next((char for char in candidates if self.has(char) and other.has(char)), None)

    @property
    def pattern(self) -> str:
        """A regular expression for one character of the set."""
        return f"[{'^' if self.but else ''}{re.escape(self.chars)}]"


Step: TypeAlias = tuple[Chars, bool]
"""One character of a set; with `True`, one or more."""
Shape: TypeAlias = tuple[tuple[Step, ...], ...]
"""All texts of a format: alternatives, each a sequence of steps."""


class Format(Struct, frozen=True, eq=False, dict=True):
    """The format of one field in a key."""

    write: Callable[[Any], str]
    """Writes a value. Raises `ValueError` with a text that continues after the field name."""
    shape: Shape
    """The possible texts."""
    read: Callable[[str], Any] | None = None
    """Parses a text; `None` if the value cannot be recovered from the text."""
    sorts: bool = True
    """True if the texts sort in the order of the values."""
    test: str = "False"
    """An expression over `{v}` that is true for simple values, whose text is `code`."""
    code: str = "{v}"
    """The expression in an f-string for a simple value."""
    no_separator: str = ""
    """An expression over `{v}` that is true if a text contains no separator; empty if no text can contain one."""
    length: int = 0
    """The maximum length of the text of a simple value; 0 if `{v}` is a string of any length."""
    names: Mapping[str, Any] = _NO_NAMES
    """The names that `test` and `code` use."""

    @property
    def pattern(self) -> str:
        """A regular expression for the texts, as one group."""
        alternatives = ("".join(chars.pattern + "+" * many for chars, many in steps) for steps in self.shape)
        return f"({'|'.join(alternatives)})"

    @property
    def outline(self) -> str:
        """A regular expression for texts that another program could have written in this place."""
        return self.pattern if self.is_text else "(.+)"

    @property
    def is_text(self) -> bool:
        """True if the values are strings of any length."""
        return self.shape[0][0][0].but

    @property
    def is_fixed(self) -> bool:
        """True if all texts have the same length."""
        return not any(many for steps in self.shape for _, many in steps) and len({len(s) for s in self.shape}) == 1

    def runs_into(self, char: str) -> bool:
        """Return True if a text could continue with this character."""
        later = [chars for steps in self.shape for place, (chars, many) in enumerate(steps) if place or many]
        return not self.is_fixed and any(chars.has(char) for chars in later)

    def grows(self, text: str, below: str) -> bool:
        """Return True if a longer value can begin with this text, followed by a character that sorts before *below*."""
        if self.is_fixed:
            return False
        following = [
            steps[min(len(text), len(steps) - 1)][0] for steps in self.shape if steps[-1][1] or len(steps) > len(text)
        ]
        lower = list(map(chr, range(min(ord(below), _SEARCHED))))
        return any(chars.has(char) for chars in following for char in lower)


def fixed_shape(outline: str, digits: str = DIGITS) -> Shape:
    """Return the shape of texts with a fixed length; each `0` of the outline stands for a digit."""
    return (tuple((Chars(digits if char == "0" else char), False) for char in outline),)


def braced(name: str, spec: str) -> str:
    """Return a field as it is written in a template."""
    return f"{{{name}:{spec}}}" if spec else f"{{{name}}}"


def text_format(spec: str, separators: str) -> Format:
    """Return the format of text that contains none of the separators."""
    quoted = [repr(char).replace("{", "{{").replace("}", "}}") for char in separators]
    test = " and ".join(["type({v}) is str", "{v}", "{v}.isascii()", *(f"{char} not in {{v}}" for char in quoted)])
    return Format(
        write=partial(_checked, spec, separators),
        shape=(((Chars(separators + LAST, but=True), True),),),
        read=None if spec in CASES else str,
        test=test,
        code=f"{{v}}.{spec}()" if spec in CASES else "{v}",
        no_separator=" and ".join(f"{char} not in {{v}}" for char in quoted),
    )


def _checked(spec: str, separators: str, value: Any) -> str:
    if type(value) is not str:
        raise KeyTextError(f"is of type {type(value).__name__}, not str")
    text = cased(spec, value)
    check_text(text, separators)
    return text


def cased(spec: str, text: str) -> str:
    """
    Return text in the case of a format.

    It converts each character separately, so that a prefix of the text gives a prefix of the key. `'ΟΔΟΣ'.lower()`
    would end in a different letter, which occurs only at the end of words.
    """
    return "".join(map(getattr(str, spec), text)) if spec in CASES else text


def check_text(text: str, separators: str) -> None:
    """Refuse a text that a key cannot contain."""
    if not text:
        raise KeyTextError("is empty, and a part of a key cannot be empty")
    for char in separators:
        if char in text:
            raise KeyTextError(f"contains {char!r}, which separates the parts of the key: escape or encode it")
    if has_no_text(text):
        raise KeyTextError("contains U+10FFFF or a lone surrogate, which a key cannot hold")


def has_no_text(text: str) -> bool:
    """Return True if text contains U+10FFFF or a lone surrogate, which a key cannot contain."""
    return not text.isascii() and _NO_TEXT(text) is not None


_NO_TEXT: Final = re.compile("[\U0010ffff\ud800-\udfff]").search
