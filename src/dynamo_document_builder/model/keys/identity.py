"""
The check that a stored item is stored under the key that its fields build.

Without the check, putting such an item back would create a second item under the other key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.model.keys.stored_keys import KeyedMirror, stored_key, stored_values, with_key_attributes
from dynamo_document_builder.model.keys.templates.code import TemplatedKey, identity_check, taken_of
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
    Return False if the templates show that the key of a stored item belongs to another entity.

    A key with the literals of a template belongs to the entity even if a field in it is invalid: then the item does not
    fit the schema.
    """
    stored = stored_values(plan.names)(raw)
    # Decoding reports a missing key.
    return stored is None or all(map(_belongs, plan.primary, stored))


def _belongs(part: KeyAttribute, stored: tuple[str, str]) -> bool:
    template, (tag, text) = part.template, stored
    if template is None:
        return True
    return tag == ("N" if template.is_number else "S") and bool(template.fits(text) or template.resembles(text))


def check_identity(plan: KeyPlan, raw: bytes | Raw, build: Callable[[], str]) -> None:
    """Refuse an item that is stored under a different key than *build* returns; the error shows both keys."""
    if not plan.is_checked:
        return
    stored = stored_values(plan.names)(raw)
    if stored is None:  # only made-up responses, such as in tests, have no key
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
    """Return a stored item with the fields that are stored only in its key."""
    parsed: dict[str, Any] = {}
    for part, (_, text) in zip(plan.primary, stored_values(plan.names)(raw) or (), strict=False):
        if part.template is None:
            continue
        fields = part.template.parse(text)
        if fields is None:
            raise MisfitError([FieldFailure(part.attribute, f"a key that {part.template} builds", f"stored {text!r}")])
        parsed.update(fields)
    wanted = [info for info in codec.fields.values() if info.key_only and info.name in parsed]
    members = [f"{quote(info.attribute)}:{codec.encode_field(info.name, parsed[info.name])}" for info in wanted]
    return bytes(raw).rstrip()[:-1] + "".join([f",{member}" for member in members]).encode() + b"}"


class KeyCheck(Struct, frozen=True):
    """A decoder that reads items together with their keys, and the check of each key."""

    mirror: KeyedMirror
    parse: Callable[[Any], Any]
    is_own: Callable[[Any, Any], bool]
    """Takes the item and the decoded struct. Returns False if the slow check must decide."""


def key_check_of(plan: KeyPlan, codec: Codec[Any], steps: ReadSteps) -> KeyCheck | None:
    """Return the generated key check of an entity, or `None` if it needs no check or only the slow check works."""
    parts = [part for part in plan.primary if not part.is_verbatim]
    keys = [part.fields_template for part in parts]
    written: list[TemplatedKey] = [key for key in keys if key is not None]
    if not parts or len(written) < len(parts) or any(part.field is not None for part in parts):
        return None
    types = ["N" if key.template.is_number else "S" for key in written]
    both = with_key_attributes(steps.mirror, tuple(key.attribute for key in written), types)
    if both is None:
        return None
    places = [f"k{place}" for place in range(len(written))]
    is_own = identity_check(written, places, taken_of(is_dict=codec.item_class is dict))
    return KeyCheck(both, new_decoder(both.struct).decode, is_own)
