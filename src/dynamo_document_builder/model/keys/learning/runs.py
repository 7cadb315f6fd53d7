"""One call of a key function during the analysis: the fields it reads and the parts of its result."""

from __future__ import annotations

import re
from os import urandom
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class _Mark:
    """A sentinel value."""


UNSEEN: Final = _Mark()
"""Any value of a field that is not tried explicitly; a stand-in represents it."""
ABSENT: Final = _Mark()
"""The value of a key that a dictionary does not have."""


class NotSeenError(Exception):
    """A stand-in does not support an operation."""


class Piece(Struct, frozen=True, eq=False):
    """The text of a field within a key."""

    name: str
    spec: str | None
    """The format in a template; `None` for a text that no template can build."""
    write: Callable[[Any], str]
    """Builds the same text as the function."""


Token: TypeAlias = str | Piece
_MARKER: Final = " {1}aZ{2}-_{3}.:{4}/%{0}.{6}{5} "
_FIRST, _MANY = 0xE000, 0x1900
"""The private use area of Unicode."""
_NO_CHOICES: Final[Mapping[str, Any]] = {}


class Run:
    """One call of a key function, with the fields it reads and the unsupported operations it attempts."""

    def __init__(self, chosen: dict[str, Any], choices: Mapping[str, Sequence[Any]] = _NO_CHOICES) -> None:
        self.chosen = chosen
        """The value of each field that was read in this run or chosen before it."""
        self.choices = choices
        """The values to try for each other field."""
        self.alternatives: list[dict[str, Any]] = []
        """The choices for further runs."""
        self.taken: dict[str, Any] = {}
        """The fields that were read, with the value or stand-in of each."""
        self.why = ""
        """The reason why this run gives no information; empty if it does."""
        self.result: Any = None
        self.error: Exception | None = None
        self._pieces: dict[str, Piece] = {}
        self._secret: list[str] = []

    def choose(self, name: str) -> Any:
        """Return the value of a field, or `UNSEEN` for a stand-in."""
        if name not in self.chosen:
            first, *rest = self.choices[name]
            self.alternatives += [{**self.chosen, name: other} for other in rest]
            self.chosen[name] = first
        return self.chosen[name]

    def call(self, build: Callable[[Any], Any], item: Any) -> Run:
        """Call a key function with an item or a stand-in."""
        try:
            self.result = build(item)
        except Exception as error:  # noqa: BLE001  the user's function may raise anything
            self.error = error
        return self

    def refuse(self, why: str) -> NoReturn:
        """Record why the run gives no information, and stop the function."""
        self.why = self.why or why
        raise NotSeenError(why)

    def mark(self, piece: Piece) -> str:
        """
        Return a marker text for a piece, because f-strings need a real string.

        The marker contains letters of both cases, spaces and punctuation, so any change of the text also changes it.
        """
        self._secret = self._secret or _secret()
        marker = _MARKER.format(*self._secret, len(self._pieces))
        self._pieces[marker] = piece
        return marker

    def tokens(self, pieces: Sequence[Token]) -> list[Token] | None:
        """Replace markers by their pieces; return `None` if a marker was changed."""
        if not self._pieces:
            return list(pieces)
        found: list[Token] = []
        markers = re.compile(f"({'|'.join(map(re.escape, self._pieces))})")
        for piece in pieces:
            texts = markers.split(piece) if isinstance(piece, str) else [piece]
            found += [self._pieces.get(text, text) if isinstance(text, str) else text for text in texts if text]
        is_changed = any(isinstance(one, str) and any(part in one.lower() for part in self._secret) for one in found)
        return None if is_changed else found


def _secret() -> list[str]:
    """Return random digits and private use characters, which no text of a function contains by accident."""
    drawn = urandom(16)
    return [
        drawn[:6].hex(),
        *(chr(_FIRST + int.from_bytes(drawn[at : at + 2], "big") % _MANY) for at in range(6, 16, 2)),
    ]
