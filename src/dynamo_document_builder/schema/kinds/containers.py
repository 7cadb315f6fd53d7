"""Where a path leads inside the value of a field: through containers, whose elements a class does not name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.facts import FieldFailure
from dynamo_document_builder.schema.kinds.maps import MapKind
from dynamo_document_builder.schema.kinds.sequences import FixedTupleKind, ListKind
from dynamo_document_builder.schema.kinds.typed_dicts import TypedDictKind
from dynamo_document_builder.schema.misfit import MisfitError
from dynamo_document_builder.schema.parts import TOKEN, Part, Step
from dynamo_document_builder.schema.shapes import is_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.schema.kinds.base import Kind


def part_of(kind: Kind, segments: Sequence[str | int]) -> Part | None:
    """Return where a path leads inside the value of a field; `None` where that cannot be told."""
    steps: list[Step] = []
    for segment in segments:
        found = next((one for container in _containers(kind) if (one := _step(container, segment))), None)
        if found is None:
            return None
        step, kind = found
        steps.append(step)
    return Part(tuple(steps))


def _containers(kind: Kind) -> list[Kind]:
    if isinstance(kind, (ListKind, FixedTupleKind, MapKind, TypedDictKind)):
        return [kind]
    return [one for part in kind.parts for one in _containers(part)] if not (kind.infos or kind.is_custom) else []


def _step(kind: Kind, segment: str | int) -> tuple[Step, Kind] | None:
    if isinstance(segment, int):
        return _of_sequence(kind, segment)
    info = kind.member(segment)
    if info is None or not kind.is_map:
        return None
    key: Any = segment if not isinstance(kind, MapKind) else kind.key_of(segment)

    def inside(made: Any) -> Any:
        if is_dict(made) and key not in made:
            raise MisfitError([FieldFailure("", "a key that its class leaves as it is", "one that it changes")])
        return made[key]

    return Step(lambda value: {key: value}, inside, [segment, *TOKEN.findall(segment)][-1]), info.kind


def _of_sequence(kind: Kind, index: int) -> tuple[Step, Kind] | None:
    element = kind.element()
    if element is None:
        return None
    if isinstance(kind, FixedTupleKind):
        count = len(kind.kinds)
        return (Step(lambda value: (value,) * count, lambda made: made[index], str(index)), element)
    if not isinstance(kind, ListKind):
        return None
    python: type[Any] = list if kind.taken == (list,) else tuple

    def inside(made: Any) -> Any:
        [one] = made if len(made) == 1 else ()
        return one

    return Step(lambda value: python([value]), inside, "0"), element
