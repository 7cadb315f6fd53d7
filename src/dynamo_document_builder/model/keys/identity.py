"""
The check that a stored item lies under the key that its fields build.

An item that was read from under another key would be written back as a twin of itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.model.keys.stored_keys import Keyed, keyed, stored_key, stored_values
from dynamo_document_builder.model.keys.templates.code import Written, identity_check, taken_of
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.wire.json.decoders import new_decoder
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from msgspec import Raw

    from dynamo_document_builder.model.keys.attributes import KeyAttribute
    from dynamo_document_builder.model.keys.plans import KeyPlan
    from dynamo_document_builder.schema.items.item_codec import Codec, ReadSteps


def belongs(plan: KeyPlan, raw: bytes | Raw) -> bool:
    """
    Tell whether a stored item lies under a key of an entity, as far as templates tell.

    A key that has the literals of a template is one, also if a field cannot be read in it: that is an item which does
    not fit, and not an item of another entity.
    """
    stored = stored_values(plan.names)(raw)
    # Without its key there is nothing to say; that it is missing is said where it is read.
    return stored is None or all(map(_belongs, plan.primary, stored))


def _belongs(part: KeyAttribute, stored: tuple[str, str]) -> bool:
    template, (tag, text) = part.template, stored
    if template is None:
        return True
    return tag == ("N" if template.is_number else "S") and bool(template.fits(text) or template.resembles(text))


def check_identity(plan: KeyPlan, raw: bytes | Raw, build: Callable[[], str]) -> None:
    """Refuse an item that lies under another key than the one its fields *build*; the error shows both."""
    if not plan.is_checked:
        return
    stored = stored_values(plan.names)(raw)
    if stored is None:  # no whole item of DynamoDB's is without its key: the answer was made up, by a test for example
        return
    try:
        built = build()
    except (MisfitError, UsageError) as error:
        failure = FieldFailure(" and ".join(plan.names), f"a key that its fields build ({error})", "another key")
        raise MisfitError([failure]) from error
    if built != stored_key(plan.names)(raw):
        raise MisfitError(_differences(plan.names, stored, built))


def _differences(names: tuple[str, ...], stored: Sequence[tuple[str, str]], built: str) -> list[FieldFailure]:
    expected = stored_values(names)(built.encode()) or ()
    return [
        FieldFailure(name, f"{own!r}, which its fields build", f"stored {found!r}")
        for name, (_, own), (_, found) in zip(names, expected, stored, strict=True)
        if own != found
    ]


def with_key_fields(plan: KeyPlan, codec: Codec[Any], raw: bytes | Raw) -> bytes:
    """Return a stored item with the fields that are stored in its key alone."""
    told: dict[str, Any] = {}
    for part, (_, text) in zip(plan.primary, stored_values(plan.names)(raw) or (), strict=False):
        if part.template is None:
            continue
        fields = part.template.parse(text)
        if fields is None:
            raise MisfitError([FieldFailure(part.attribute, f"a key that {part.template} builds", f"stored {text!r}")])
        told.update(fields)
    wanted = [info for info in codec.fields.values() if info.key_only and info.name in told]
    members = [f"{quote(info.attribute)}:{codec.encode_field(info.name, told[info.name])}" for info in wanted]
    return bytes(raw).rstrip()[:-1] + "".join([f",{member}" for member in members]).encode() + b"}"


class Identified(Struct, frozen=True):
    """How items are read together with their keys, and how each is held against its own."""

    keyed: Keyed
    parse: Callable[[Any], Any]
    is_own: Callable[[Any, Any], bool]
    """Called with the item and what it was read from; false where it has to be looked at in the slow way."""


def identified(plan: KeyPlan, codec: Codec[Any], steps: ReadSteps) -> Identified | None:
    """Return how the items of an entity are checked as they are read; `None` where no code is generated for that."""
    parts = [part for part in plan.primary if not part.is_verbatim]
    keys = [part.as_template for part in parts]
    written: list[Written] = [key for key in keys if key is not None]
    if not parts or len(written) < len(parts) or any(part.field is not None for part in parts):
        return None
    types = ["N" if key.template.is_number else "S" for key in written]
    both = keyed(steps.mirror, tuple(key.attribute for key in written), types)
    if both is None:
        return None
    places = [f"k{place}" for place in range(len(written))]
    is_own = identity_check(written, places, taken_of(is_dict=codec.item_class is dict))
    return Identified(both, new_decoder(both.mirror).decode, is_own)
