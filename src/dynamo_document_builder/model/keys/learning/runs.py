"""One call of a builder while it is learnt: what it takes of its item, and what its result is made of."""

from __future__ import annotations

import re
from os import urandom
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class _Mark:
    """A value that is told by its identity."""


UNSEEN: Final = _Mark()
"""Any value of a field but those that are tried themselves: a stand-in takes its place."""
ABSENT: Final = _Mark()
"""The value of a member that a dictionary does not have."""


class NotSeenError(Exception):
    """A stand-in was asked for what it does not have."""


class Piece(Struct, frozen=True, eq=False):
    """The text of a field in a key."""

    name: str
    spec: str | None
    """Its format in a template; `None` for a text that no template has."""
    write: Callable[[Any], str]
    """Makes the same text as the builder does."""


Token: TypeAlias = str | Piece
_MARKER: Final = " {1}aZ{2}-_{3}.:{4}/%{0}.{6}{5} "
_FIRST, _MANY = 0xE000, 0x1900
"""Where Unicode keeps characters for private use."""
_NO_CHOICES: Final[Mapping[str, Any]] = {}


class Run:
    """One call of a builder: what it takes of its item, and what it asks of stand-ins that they do not have."""

    def __init__(self, chosen: dict[str, Any], choices: Mapping[str, Sequence[Any]] = _NO_CHOICES) -> None:
        self.chosen = chosen
        """The value of each field that was taken, and of any that was chosen before."""
        self.choices = choices
        """The values to try for a field that is not chosen yet."""
        self.others: list[dict[str, Any]] = []
        """What to choose in further runs."""
        self.taken: dict[str, Any] = {}
        """The fields that were taken, and what was given for each."""
        self.why = ""
        """Why this run tells nothing; empty if it does."""
        self.result: Any = None
        self.error: Exception | None = None
        self._pieces: dict[str, Piece] = {}
        self._secret: list[str] = []

    def choose(self, name: str) -> Any:
        """Return the value of a field, `UNSEEN` for a stand-in."""
        if name not in self.chosen:
            first, *rest = self.choices[name]
            self.others += [{**self.chosen, name: other} for other in rest]
            self.chosen[name] = first
        return self.chosen[name]

    def call(self, build: Callable[[Any], Any], item: Any) -> Run:
        """Run a builder on a stand-in of an item."""
        try:
            self.result = build(item)
        except Exception as error:  # noqa: BLE001  a function of somebody else may raise anything
            self.error = error
        return self

    def refuse(self, why: str) -> NoReturn:
        """Note that the builder needs a value, and end it."""
        self.why = self.why or why
        raise NotSeenError(why)

    def mark(self, piece: Piece) -> str:
        """
        Return a text that stands for a piece: an f-string takes nothing but real text.

        What changes the text around it, its case, spaces or punctuation, changes it too, and is noticed.
        """
        self._secret = self._secret or _secret()
        marker = _MARKER.format(*self._secret, len(self._pieces))
        self._pieces[marker] = piece
        return marker

    def tokens(self, pieces: Sequence[Token]) -> list[Token] | None:
        """Return pieces with the marked ones in their places; `None` if a marker was changed."""
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
    """Return what no text of a builder contains: some digits, and some characters for private use."""
    drawn = urandom(16)
    return [
        drawn[:6].hex(),
        *(chr(_FIRST + int.from_bytes(drawn[at : at + 2], "big") % _MANY) for at in range(6, 16, 2)),
    ]
