"""Marks: the options that `stored(...)` attaches to a field, in its metadata or in `Annotated`."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from typing import Any, Final

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.annotations.hints import UNIONS, annotated_metadata, unwrapped

MARK: Final = "dynamo_document_builder"
"""The only key of a field's metadata that this library reads; all other keys belong to other libraries."""

_NOTHING: Final[Mapping[str, Any]] = {}


class StoredMarks(Mapping[str, Any]):
    """An immutable, hashable mapping of options; `Annotated[datetime, stored(...)] | None` needs the hash."""

    __slots__ = ("_options",)

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = tuple(options.items())

    def __getitem__(self, name: str) -> Any:
        for known, value in self._options:
            if known == name:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self._options])

    def __len__(self) -> int:
        return len(self._options)

    def __hash__(self) -> int:
        return hash(self._options)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StoredMarks) and self._options == other._options

    def __repr__(self) -> str:
        return f"stored({', '.join(f'{name}={value!r}' for name, value in self._options)})"

    def __reduce__(self) -> tuple[type[StoredMarks], tuple[dict[str, Any]]]:
        return StoredMarks, (dict(self._options),)


def marks_of(annotation: Any, metadata: Mapping[Any, Any] = _NOTHING) -> dict[str, Any]:
    """
    Merge the options of a field, from `Annotated` and from the field's metadata.

    An outer annotation overrides an inner one, and the metadata overrides both.
    """
    return {**_annotated_options(annotation), **_options_in(metadata)}


def _annotated_options(annotation: Any) -> dict[str, Any]:
    inner = unwrapped(annotation)
    merged: dict[str, Any] = {}
    if typing.get_origin(inner) in UNIONS:
        members = [member for member in typing.get_args(inner) if member is not type(None)]
        found = [marks for member in members if (marks := _annotated_options(member))]
        if found and len(members) > 1:
            raise DefinitionError(
                "stored(...) annotates one member of a union: annotate the whole type instead, as in "
                "Annotated[A | B, stored(...)]"
            )
        merged = found[0] if found else {}
    for one in annotated_metadata(annotation):
        merged |= _options_in(one)
    return merged


def _options_in(given: Any) -> Mapping[str, Any]:
    found: Any = given.get(MARK) if isinstance(given, Mapping) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # metadata can be any object
    return found if isinstance(found, StoredMarks) else _NOTHING
