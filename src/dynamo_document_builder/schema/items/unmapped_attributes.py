"""The codec of a class that holds or refuses unmapped attributes: attributes without a field."""

from __future__ import annotations

import copyreg
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Raw

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.items.item_codec import Codec, ReadSteps, RecordCodec
from dynamo_document_builder.schema.items.registry import codec_of
from dynamo_document_builder.schema.items.union_codec import UnionCodec
from dynamo_document_builder.wire.json.decoders import new_decoder

if TYPE_CHECKING:
    from collections.abc import Callable

S = TypeVar("S")

_ATTRIBUTES = new_decoder(dict[str, Raw])


class UnmappedAttributesCodec(RecordCodec[S], frozen=True, eq=False, dict=True):
    """The codec of a class that holds or refuses attributes without a field."""

    attributes: frozenset[str]
    """Attributes that the library adds to an item: keys and the entity name."""
    refuses_unknown: bool
    """True if reading an item with an unknown attribute is an error."""

    def encode(self, item: S, /) -> str:
        text = super().encode(item)
        self._check_rest(item)
        return text

    def encode_trusted(self, item: S, /) -> str:
        text = super().encode_trusted(item)
        self._check_rest(item)
        return text

    def _check_rest(self, item: S) -> None:
        rest = self.kind.layout.rest
        taken = [] if rest is None else [name for name in rest.held(item) if name in self._added]
        if taken:
            raise MisfitError([FieldFailure(name, "nothing", "an attribute that is part of the key") for name in taken])

    @cached_property
    def _known(self) -> frozenset[str]:
        kind = self.kind
        return frozenset(info.attribute for info in kind.fields.values() if not info.rest).union(
            kind.layout.adapter.constants
        )

    @cached_property
    def _added(self) -> frozenset[str]:
        return self.attributes - self._known

    @cached_property
    def _parse(self) -> Callable[[bytes | Raw], Any]:
        parse, added = super()._parse, self._added
        if self.kind.layout.rest is not None:
            return lambda raw: {name: one for name, one in parse(raw).items() if name not in added}

        def checked(raw: bytes | Raw) -> Any:
            self._check_known(raw)
            return parse(raw)

        return checked

    def _check_known(self, raw: bytes | Raw) -> None:
        unknown = _ATTRIBUTES.decode(raw).keys() - self._known - self._added
        if unknown:
            raise MisfitError(
                [
                    FieldFailure(name, "an attribute of the schema", "one that it does not have")
                    for name in sorted(unknown)
                ]
            )

    def read_steps(self, *, trusted: bool) -> ReadSteps | None:  # noqa: ARG002  attributes are checked before the object is made
        return None

    def _of_item(self, stored: dict[str, Any]) -> dict[str, Any]:
        return {name: one for name, one in stored.items() if name not in self._added}

    def _read_error(self, raw: bytes, error: Exception) -> MisfitError:
        return error if isinstance(error, MisfitError) else super()._read_error(raw, error)


def with_attributes(codec: Codec[Any], attributes: frozenset[str], *, refuses_unknown: bool) -> Codec[Any]:
    """Return the codec for items to which the library adds attributes."""
    members = [_member_codec(member, attributes, refuses_unknown=refuses_unknown) for member in codec.members]
    if isinstance(codec, UnionCodec):
        return UnionCodec(codec.schema, codec.kind, tuple(members))
    return members[0]


def _member_codec(codec: RecordCodec[Any], attributes: frozenset[str], *, refuses_unknown: bool) -> RecordCodec[Any]:
    if codec.kind.layout.rest is None and not refuses_unknown:
        return codec
    return UnmappedAttributesCodec(codec.schema, codec.kind, attributes, refuses_unknown)


def _made(schema: Any, attributes: frozenset[str], refuses_unknown: bool) -> Codec[Any]:  # noqa: FBT001  called by pickle
    return with_attributes(codec_of(schema), attributes, refuses_unknown=refuses_unknown)


def _reduced(codec: UnmappedAttributesCodec[Any]) -> tuple[Any, ...]:
    return _made, (codec.schema, codec.attributes, codec.refuses_unknown)


copyreg.pickle(UnmappedAttributesCodec, _reduced)
