"""Constant defaults: the values of fields that are not stored, if they are the same for all items."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.schema.items.item_codec import RecordCodec
from dynamo_document_builder.schema.items.members import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.schema.items.registry import Codec

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


def defaults_of(codec: Codec[Any]) -> Mapping[str, Any]:
    """
    Return the constant defaults of a schema.

    The library reads two sample items that store only required fields and compares them. A default that differs between
    them, such as a new UUID or a value computed from another field, is left out.
    """
    return _defaults(codec) if isinstance(codec, RecordCodec) else _NONE


@cache
def _defaults(codec: RecordCodec[Any]) -> Mapping[str, Any]:
    # Lazy import: only key functions and updates that may create an item need sample items.
    from dynamo_document_builder.model.keys.learning.samples import sample_of  # noqa: PLC0415

    first, second = sample_of(codec), sample_of(codec, -1)
    if first is None or second is None:
        return _NONE
    optional = [info.name for info in codec.fields.values() if info.may_be_absent and not info.missing]
    pairs = {name: (value_of(first, name), value_of(second, name)) for name in optional}
    same = {name: one for name, (one, other) in pairs.items() if type(one) is type(other) and one == other}
    missing = {info.name: None for info in codec.fields.values() if info.missing}
    return MappingProxyType({**same, **missing})
