"""The title of a step: the verb and the item."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from dynamo_document_builder.explain.steps import KeyStep, PutStep, QueryStep, RawStep, ScanStep, Step
from dynamo_document_builder.explain.words.describer import Describer
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from msgspec import Struct


def title_of(step: Step, describer: Describer) -> str:
    """Return the title of a step, such as `Put User user_id='u1'`."""
    return f"{_verb(step)} {subject_of(step, describer)}"


def _verb(step: Step) -> str:
    return step.raw.kind if isinstance(step, RawStep) else step.verb


@singledispatch
def subject_of(step: Struct, describer: Describer) -> str:  # noqa: ARG001  used by the registered functions
    """Return the item or items of a step, as text."""
    raise TypeError(f"{type(step).__name__} is not a step")


@subject_of.register
def _(step: PutStep, describer: Describer) -> str:
    return describer.item(step.entity.name, step.entity.shown_key(step.item))


@subject_of.register
def _(step: KeyStep, describer: Describer) -> str:
    return describer.item(step.entity.name, step.shown_key)


@subject_of.register
def _(step: RawStep, describer: Describer) -> str:
    return f"in table {step.raw.table!r} {describer.item(None, step.key)}".strip()


@subject_of.register
def _(step: QueryStep, describer: Describer) -> str:
    given: Mapping[str, Any] | None = step.given if is_mapping(step.given) else None
    place = "" if step.index is None else f" in index {step.index}"
    items = describer.item if step.index is None else describer.items_in_index
    return items(step.source.name, given) + place


@subject_of.register
def _(step: ScanStep, describer: Describer) -> str:  # noqa: ARG001  contains no value
    place = "" if step.index is None else f" in index {step.index}"
    segment = "" if step.segment is None else f", segment {step.segment} of {step.total_segments}"
    return step.source.name + place + segment
