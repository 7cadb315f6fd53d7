"""How the values of one field are written into a key: their text, the shape of that text, and the way back."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


LAST: Final = "\U0010ffff"
"""Sorts after every other character. No value may contain it, so it marks the end of a range."""
DIGITS: Final = "0123456789"
CASES: Final = ("lower", "upper")
NUMBER: Final = "number"
REST: Final = "rest"
_NO_NAMES: Final[Mapping[str, Any]] = {}
_SEARCHED: Final = 0x800
"""How far `Chars.shared` looks for a character that two negated sets have in common."""


class KeyTextError(ValueError):
    """A value that a key cannot hold; the text goes on after the name of its field, and never shows the value."""


class Chars(Struct, frozen=True):
    """Some characters, or with *but* all except these."""

    chars: str
    but: bool = False

    def has(self, char: str) -> bool:
        """Tell whether a character is one of them."""
        return (char in self.chars) != self.but

    def shared(self, other: Chars) -> str | None:
        """Return a character of both; `None` if there is none."""
        if self.but and not other.but:
            return other.shared(self)
        candidates = map(chr, range(ord("a"), _SEARCHED)) if self.but else self.chars
        return next((char for char in candidates if self.has(char) and other.has(char)), None)

    @property
    def pattern(self) -> str:
        """A regular expression for one of them."""
        return f"[{'^' if self.but else ''}{re.escape(self.chars)}]"


Step: TypeAlias = tuple[Chars, bool]
"""One character, or with `True` one and more."""
Shape: TypeAlias = tuple[tuple[Step, ...], ...]
"""All texts of a format: alternatives, each some steps."""


class Format(Struct, frozen=True, eq=False, dict=True):
    """How the values of one field are written into a key."""

    write: Callable[[Any], str]
    """Raises `ValueError` with a text that goes on after the field's name."""
    shape: Shape
    read: Callable[[str], Any] | None = None
    """`None`: the text does not tell the value."""
    sorts: bool = True
    """Whether texts sort as the values do."""
    test: str = "False"
    """An expression over `{v}`: whether the value is a usual one, whose text is `code`."""
    code: str = "{v}"
    """What stands in an f-string for a usual value."""
    apart: str = ""
    """An expression over `{v}`: whether text that was read contains no separator; empty where no value can."""
    length: int = 0
    """The length of a usual value's text; 0 where `test` does not decide it, and `{v}` is text itself."""
    names: Mapping[str, Any] = _NO_NAMES
    """What `test` and `code` refer to."""

    @property
    def pattern(self) -> str:
        """A regular expression for its texts, as one group."""
        alternatives = ("".join(chars.pattern + "+" * many for chars, many in steps) for steps in self.shape)
        return f"({'|'.join(alternatives)})"

    @property
    def outline(self) -> str:
        """A regular expression for what another program may have written instead: of text only text, else anything."""
        return self.pattern if self.is_text else "(.+)"

    @property
    def is_text(self) -> bool:
        """Whether its values are text of any length."""
        return self.shape[0][0][0].but

    @property
    def is_fixed(self) -> bool:
        """Whether all its texts have one length."""
        return not any(many for steps in self.shape for _, many in steps) and len({len(s) for s in self.shape}) == 1

    def runs_into(self, char: str) -> bool:
        """Tell whether a text of it could go on with this character."""
        later = [chars for steps in self.shape for place, (chars, many) in enumerate(steps) if place or many]
        return not self.is_fixed and any(chars.has(char) for chars in later)

    def grows(self, text: str, below: str) -> bool:
        """Tell whether a value can be this text and more, where the first character of that sorts before *below*."""
        if self.is_fixed:
            return False
        following = [
            steps[min(len(text), len(steps) - 1)][0] for steps in self.shape if steps[-1][1] or len(steps) > len(text)
        ]
        lower = list(map(chr, range(min(ord(below), _SEARCHED))))
        return any(chars.has(char) for chars in following for char in lower)


def fixed_shape(outline: str, digits: str = DIGITS) -> Shape:
    """Return the shape of texts of one length: a digit for each `0` of the outline."""
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
        apart=" and ".join(f"{char} not in {{v}}" for char in quoted),
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

    Character by character, so that the beginning of a text gives the beginning of its key: `'ΟΔΟΣ'.lower()` would end
    in a letter that stands at the end of words only.
    """
    return "".join(map(getattr(str, spec), text)) if spec in CASES else text


def check_text(text: str, separators: str) -> None:
    """Refuse the text of a field that a key cannot hold."""
    if not text:
        raise KeyTextError("is empty, and a key is made of text that is not")
    for char in separators:
        if char in text:
            raise KeyTextError(f"contains {char!r}, which separates the parts of the key: escape or encode it")
    if has_no_text(text):
        raise KeyTextError("contains U+10FFFF or a lone surrogate, which a key cannot hold")


def has_no_text(text: str) -> bool:
    """Tell whether text contains what a key cannot hold: U+10FFFF, or a lone surrogate."""
    return not text.isascii() and _NO_TEXT(text) is not None


_NO_TEXT: Final = re.compile("[\U0010ffff\ud800-\udfff]").search
