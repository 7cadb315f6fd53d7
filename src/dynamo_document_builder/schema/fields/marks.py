"""What `stored(...)` leaves beside a field: a hashable mapping with one key of this library's own."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from typing import Any, Final

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.annotations.hints import UNIONS, annotated_metadata, unwrapped

MARK: Final = "dynamo_document_builder"
"""The one key of a field's metadata that is ours; what other libraries put beside it is left alone."""

_NOTHING: Final[Mapping[str, Any]] = {}


class StoredMarks(Mapping[str, Any]):
    """A mapping that cannot change and has a hash, so that `Annotated[datetime, stored(...)] | None` is a type."""

    __slots__ = ("_said",)

    def __init__(self, said: Mapping[str, Any]) -> None:
        self._said = tuple(said.items())

    def __getitem__(self, name: str) -> Any:
        for known, value in self._said:
            if known == name:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self._said])

    def __len__(self) -> int:
        return len(self._said)

    def __hash__(self) -> int:
        return hash(self._said)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StoredMarks) and self._said == other._said

    def __repr__(self) -> str:
        return f"stored({', '.join(f'{name}={value!r}' for name, value in self._said)})"

    def __reduce__(self) -> tuple[type[StoredMarks], tuple[dict[str, Any]]]:
        return StoredMarks, (dict(self._said),)


def marks_of(annotation: Any, metadata: Mapping[Any, Any] = _NOTHING) -> dict[str, Any]:
    """
    Merge what `stored(...)` says of a field: beside its type, beside the type inside `| None`, and in its metadata.

    What stands further out wins, and the metadata wins over all.
    """
    return {**_beside(annotation), **_ours(metadata)}


def _beside(annotation: Any) -> dict[str, Any]:
    inner, said = unwrapped(annotation), annotated_metadata(annotation)
    merged: dict[str, Any] = {}
    if typing.get_origin(inner) in UNIONS:
        members = [member for member in typing.get_args(inner) if member is not type(None)]
        found = [marks for member in members if (marks := _beside(member))]
        if found and len(members) > 1:
            raise DefinitionError(
                "stored(...) stands beside one member of a union: put it beside the whole type, as in "
                "Annotated[A | B, stored(...)]"
            )
        merged = found[0] if found else {}
    for one in said:
        merged |= _ours(one)
    return merged


def _ours(given: Any) -> Mapping[str, Any]:
    found: Any = given.get(MARK) if isinstance(given, Mapping) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # anything can stand there
    return found if isinstance(found, StoredMarks) else _NOTHING
