"""Decoding the paths of a projection into a dictionary with the field names of the schema."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from msgspec import DecodeError, Raw

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.model.reading.projected_parts import NOTHING, ProjectedPart
from dynamo_document_builder.model.reading.readable import readable
from dynamo_document_builder.schema.failures import MisfitError, inside
from dynamo_document_builder.schema.kinds.base import failure_from
from dynamo_document_builder.schema.type_guards import split_wire
from dynamo_document_builder.wire.json.decoders import new_decoder
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dynamo_document_builder.expressions.rendering.rendering import Rendering
    from dynamo_document_builder.expressions.tree.paths import Path, Segment
    from dynamo_document_builder.schema.kinds.base import Kind

_ATTRIBUTES: Final = new_decoder(dict[str, Raw])
_NULL: Final = {"NULL": True}


class PartialItems:
    """Decodes items of which a projection returned only some paths."""

    def __init__(self, kind: Kind, keys: tuple[str, ...], paths: Iterable[Path]) -> None:
        self.keys = keys
        self.root = ProjectedPart("", kind)
        for path in paths:
            self._add(path)
        self.root.resolve_lists()

    def _add(self, path: Path) -> None:
        if (name := self._key_attribute(path)) is not None:
            self.root.inner[name] = ProjectedPart(name, None, whole=True)
            return
        part = self.root
        for segment in path.segments:
            part = part.step(segment)
        part.whole = True

    def _key_attribute(self, path: Path) -> str | None:
        """Return the name of the key attribute, if the path names one that is not a field of the schema."""
        head = str(path.segments[0])
        return head if head in self.keys and self.root.kind and self.root.kind.member(head) is None else None

    def _is_key_only(self, path: Path) -> bool:
        info = None if self.root.kind is None else self.root.kind.member(str(path.segments[0]))
        return info is not None and info.key_only

    def stored(self, path: Path, out: Rendering) -> tuple[Segment, ...]:
        """
        Return the stored path; empty if the read returns it anyway.

        A path that the schema does not have is added to the problems of the rendering.
        """
        if (name := self._key_attribute(path)) is not None:
            out.check_key(path)
            return (name,)
        if self._is_key_only(path):
            return ()  # every read returns the key
        resolved = out.resolve(path)
        return () if resolved is None else resolved.segments

    def decode(self, raw: bytes | Raw) -> dict[str, Any]:
        """Return the requested paths that are stored."""
        try:
            stored = _ATTRIBUTES.decode(raw)
        except (DecodeError, RecursionError) as error:
            raise MisfitError([FieldFailure("", "an item", "JSON that is not DynamoDB JSON")]) from error
        failures: list[FieldFailure] = []
        found = {
            part.name: _decoded(part, stored[name], failures)
            for name, part in self.root.inner.items()
            if name in stored
        }
        if failures:
            raise MisfitError(failures)
        return found


def _decoded(part: ProjectedPart, raw: Raw, failures: list[FieldFailure]) -> Any:
    try:
        if part.whole and part.kind is not None:
            return part.kind.reader(bytes(raw))
    except Exception:  # noqa: BLE001, S110  the checked decoder below reports the failure
        pass
    return _attempt(lambda: _partial(part, json.loads(bytes(raw))), part.name, failures)


def _attempt(read: Callable[[], Any], name: str, failures: list[FieldFailure]) -> Any:
    try:
        return read()
    except MisfitError as error:
        failures.extend(FieldFailure(inside(name, found.path), found.expected, found.found) for found in error.failures)
    except RecursionError as error:
        failures.append(failure_from(error, name, "a value"))
    return None


def _partial(part: ProjectedPart, wire: Any) -> Any:
    """Decode a value of which only some parts were returned."""
    if part.may_be_null and wire == _NULL:
        return None
    if part.whole:
        return readable(wire) if part.kind is None else part.kind.decode_wire(wire)
    tag, stored = split_wire(wire)
    if tag == "M" and is_mapping(stored) and part.inner:
        return _partial_map(part, stored)
    if tag == "L" and is_sequence(stored) and part.elements:
        return _partial_list(part, stored)
    raise MisfitError([FieldFailure("", "a value with parts", f"stored {tag}")])


def _partial_list(part: ProjectedPart, stored: Sequence[Any]) -> list[Any]:
    if part.each is not None:
        each = part.each
        return [_partial(each, value) for value in stored]
    wanted = [part.elements[index] for index in sorted(part.elements)]
    projected = [(one, one.project(value)) for one, value in zip(wanted, stored, strict=False)]
    return [_partial(one, value) for one, value in projected if value is not NOTHING]


def _partial_map(part: ProjectedPart, stored: Any) -> dict[str, Any]:
    failures: list[FieldFailure] = []
    found: dict[str, Any] = {}
    for name, inner in part.inner.items():
        if name in stored:
            found[inner.name] = _attempt(partial(_partial, inner, stored[name]), inner.name, failures)
    if failures:
        raise MisfitError(failures)
    return found
