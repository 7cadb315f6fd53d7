"""Finds the containers that a document path passes through inside the value of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.kinds.alternatives import EitherKind
from dynamo_document_builder.schema.kinds.containers.maps import MapKind
from dynamo_document_builder.schema.kinds.containers.sequences import FixedTupleKind, ListKind
from dynamo_document_builder.schema.kinds.optional import OptionalKind
from dynamo_document_builder.schema.kinds.records.recursive import RecursiveKind
from dynamo_document_builder.schema.kinds.records.typed_dict import TypedDictKind
from dynamo_document_builder.schema.kinds.unions import UnionKind
from dynamo_document_builder.schema.round_trip.element_path import TOKEN, ContainerStep, ElementPath
from dynamo_document_builder.schema.type_guards import is_dict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamo_document_builder.schema.kinds.base import Kind


def find_element_path(kind: Kind, segments: Sequence[str | int]) -> ElementPath | None:
    """Return the containers around a path inside the value of a field; `None` if the kind does not tell them."""
    steps: list[ContainerStep] = []
    for segment in segments:
        found = next((one for container in alternatives(kind) if (one := _step(container, segment))), None)
        if found is None:
            return None
        step, kind = found
        steps.append(step)
    return ElementPath(tuple(steps))


def alternatives(kind: Kind) -> Iterator[Kind]:
    """Yield a kind, and for a union or an optional the kinds that a value can be of."""
    yield kind
    if isinstance(kind, (OptionalKind, RecursiveKind, UnionKind, EitherKind)):
        for part in kind.parts:
            yield from alternatives(part)


def _step(kind: Kind, segment: str | int) -> tuple[ContainerStep, Kind] | None:
    if isinstance(segment, int):
        return _of_sequence(kind, segment)
    info = kind.member(segment)
    if info is None or not isinstance(kind, (MapKind, TypedDictKind)):
        return None
    key: Any = segment if not isinstance(kind, MapKind) else kind.key_of(segment)

    def inside(made: Any) -> Any:
        if is_dict(made) and key not in made:
            raise MisfitError([FieldFailure("", "a key that its class does not change", "one that it changes")])
        return made[key]

    return ContainerStep(lambda value: {key: value}, inside, [segment, *TOKEN.findall(segment)][-1]), info.kind


def _of_sequence(kind: Kind, index: int) -> tuple[ContainerStep, Kind] | None:
    element = kind.element() if isinstance(kind, (ListKind, FixedTupleKind)) else None
    if element is None:
        return None
    if isinstance(kind, FixedTupleKind):
        count = len(kind.kinds)
        return (ContainerStep(lambda value: (value,) * count, lambda made: made[index], str(index)), element)
    if not isinstance(kind, ListKind):
        return None
    python: type[Any] = list if kind.taken == (list,) else tuple

    def inside(made: Any) -> Any:
        if len(made) != 1:
            raise LookupError
        return made[0]

    return ContainerStep(lambda value: python([value]), inside, "0"), element
