"""
Parts of error texts that several modules share.

Error texts name operations, entities, keys and fields. They never contain other values of an item.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MASKED: Final = "(hidden)"
"""Replaces the value of a field that is declared with `repr=False`."""

_MAX_VALUE_LENGTH: Final = 80
"""Characters of a key's value that a text shows."""

_MAX_CLAUSES: Final = 5
"""Clauses of a condition that a text names."""

_MAX_FINDINGS: Final = 20
"""Findings that a text lists; the error has all of them as data."""


def given_type(value: object) -> str:
    """Return the words for an argument of the wrong type: `the class User`, or the name of the value's type."""
    return f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__


def shortened(texts: Iterable[object], more: str = "more") -> list[str]:
    """Return the first 20 texts, and `and 5 more` as the last one if there are more than 20."""
    all_texts = tuple(texts)
    shown = [str(text) for text in all_texts[:_MAX_FINDINGS]]
    if len(all_texts) > _MAX_FINDINGS:
        shown.append(f"and {len(all_texts) - _MAX_FINDINGS} {more}")
    return shown


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return `did you mean 'status'?` for a misspelled name, or the list of known names if none is similar."""
    from difflib import get_close_matches  # noqa: PLC0415  lazy import: only an error path needs it

    names = tuple(known)
    similar = get_close_matches(name, names, 1)
    return f"did you mean {similar[0]!r}?" if similar else f"it has {', '.join(map(repr, names))}"


def describe_item(entity: str | None, key: Mapping[str, Any] | None) -> str:
    """Return the words for an item: its entity and key, as in `User user_id='u1'`."""
    pairs = " ".join(f"{name}={_value_text(value)}" for name, value in (key or {}).items())
    return " ".join(part for part in (entity, pairs) if part)


def stale_text(expected: int | None, found: int | None, item: object) -> str:
    """Return the text for a version that does not match; *item* is the item that DynamoDB returned, if any."""
    wanted = f"version {expected} expected" if expected else "none expected"
    versions = wanted if found is None else f"{wanted}, version {found} found"
    if not expected:
        return f"an item is there already ({versions})"
    if item is None:
        return f"it was changed or deleted since it was read ({versions})"
    return f"it was changed since it was read ({versions})"


def failed_clauses_text(clauses: Sequence[object]) -> str:
    """Return the end of an error text that names failed clauses: ` (balance: greater_than; email: exists)`."""
    shown = [str(clause) for clause in clauses[:_MAX_CLAUSES]]
    if len(clauses) > _MAX_CLAUSES:
        shown.append(f"{len(clauses) - _MAX_CLAUSES} more")
    return f" ({'; '.join(shown)})" if shown else ""


def _value_text(value: object) -> str:
    try:
        text = repr(value) if isinstance(value, (str, bytes)) else str(value)
    except Exception:  # noqa: BLE001  a key may be any object; a broken __str__ must not replace the error about it
        return f"<{type(value).__name__}>"
    return text if len(text) <= _MAX_VALUE_LENGTH else f"{text[:_MAX_VALUE_LENGTH]}…"
