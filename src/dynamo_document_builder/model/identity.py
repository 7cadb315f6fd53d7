"""
Whether a stored item is where it should be: under the key that its fields build.

An item that was read from under another key would be written back as a twin of itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.facts import FieldFailure
from dynamo_document_builder.model.keys.code import Written, identity_check, taken_of
from dynamo_document_builder.model.stored_keys import Keyed, keyed, stored_key, stored_values
from dynamo_document_builder.schema.misfit import MisfitError
from dynamo_document_builder.wire.decoders import new_decoder
from dynamo_document_builder.wire.json import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from msgspec import Raw

    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.keys.attributes import KeyAttribute
    from dynamo_document_builder.schema.item_codec import Steps

Verdict: TypeAlias = Literal["own", "resembles", "foreign"]
"""A key that a template builds; one with its literals, in which a field cannot be read; any other."""


def verdict_on(entity: EntityModel[Any], raw: bytes | Raw) -> Verdict:
    """Say of a stored item whether it lies under a key of an entity, as far as templates tell."""
    stored = stored_values(entity.table.key_names)(raw)
    if stored is None:
        return "own"  # without its key there is nothing to say; that it is missing is said where it is read
    found = {_of_attribute(part, tag, text) for part, (tag, text) in zip(entity.plan.primary, stored, strict=True)}
    return "foreign" if "foreign" in found else "resembles" if "resembles" in found else "own"


def _of_attribute(part: KeyAttribute, tag: str, text: str) -> Verdict:
    template = part.template
    if template is None:
        return "own"
    if tag != ("N" if template.is_number else "S"):
        return "foreign"
    if template.fits(text):
        return "own"
    return "resembles" if template.resembles(text) else "foreign"


def belongs(entity: EntityModel[Any], raw: bytes | Raw) -> bool:
    """Tell whether an item is of an entity, rightly or not: one under a key that resembles its keys is, too."""
    return verdict_on(entity, raw) != "foreign"


def check_apart(name: str, entities: Sequence[EntityModel[Any]]) -> None:
    """Refuse entities whose items nothing tells apart."""
    from dynamo_document_builder.model.keys.reports import clash  # noqa: PLC0415  lazy import: few reads ask

    for place, one in enumerate(entities):
        if one.plan.templates is None:
            parts = [part for part in one.plan.primary if part.template is None]
            raise UsageError(
                f"items of {name} cannot be told apart: {one.name} builds {parts[0].attribute} by a function "
                f"({parts[0].source.described}); write its key as a template, or give table {one.table.name!r} an "
                "entity_attribute"
            )
        for other in entities[place + 1 :]:
            if other.plan.templates is not None and (key := clash(one, other)) is not None:
                raise UsageError(
                    f"items of {name} cannot be told apart: {one.name} and {other.name} can both build the key {key}; "
                    f"give table {one.table.name!r} an entity_attribute, or the templates different literals"
                )


def check_identity(entity: EntityModel[Any], raw: bytes | Raw, item: Any) -> None:
    """Refuse an item that lies under another key than the one its fields build; the error shows both."""
    if not entity.plan.is_checked:
        return
    names = entity.table.key_names
    stored = stored_values(names)(raw)
    if stored is None:
        raise MisfitError([FieldFailure(" and ".join(names), "the key of the item", "nothing stored")])
    try:
        built = entity.encode_key(item)
    except (MisfitError, UsageError) as error:
        raise MisfitError(
            [FieldFailure(" and ".join(names), f"a key that its fields build ({error})", "another key")]
        ) from error
    if built != stored_key(names)(raw):
        raise MisfitError(_differences(entity, stored, built))


def _differences(entity: EntityModel[Any], stored: Sequence[tuple[str, str]], built: str) -> list[FieldFailure]:
    expected = stored_values(entity.table.key_names)(built.encode()) or ()
    pairs = zip(entity.table.key_names, expected, stored, strict=True)
    return [
        FieldFailure(name, f"{own!r}, which its fields build", f"stored {found!r}")
        for name, (_, own), (_, found) in pairs
        if own != found
    ]


def key_values(entity: EntityModel[Any], raw: bytes | Raw) -> dict[str, Any]:
    """Return the fields that the key of a stored item tells; none of a key that is not of the entity."""
    stored = stored_values(entity.table.key_names)(raw) or ()
    found: dict[str, Any] = {}
    for part, (_, text) in zip(entity.plan.primary, stored, strict=False):
        if part.template is not None:
            found.update(part.template.parse(text) or {})
    return found


def with_key_fields(entity: EntityModel[Any], raw: bytes | Raw) -> bytes:
    """Return a stored item with the fields that are stored in its key alone."""
    told = key_values(entity, raw)
    fields = entity.codec.fields
    members = [
        f"{quote(fields[name].stored)}:{entity.codec.encode_field(name, told[name])}"
        for name in entity.key_only
        if name in told
    ]
    text = bytes(raw).rstrip()
    return text[:-1] + "".join([f",{member}" for member in members]).encode() + b"}"


class Identified(Struct, frozen=True):
    """How items are read together with their keys, and how each is held against its own."""

    keyed: Keyed
    parse: Callable[[Any], Any]
    is_own: Callable[[Any, Any], bool]
    """Called with the item and what it was read from; false where it has to be looked at in the slow way."""


def identified(entity: EntityModel[Any], steps: Steps) -> Identified | None:
    """Return how the items of an entity are checked as they are read; `None` where no code is generated for that."""
    parts = [part for part in entity.plan.primary if not part.is_verbatim]
    keys = [part.as_template for part in parts]
    both = keyed(steps.mirror, tuple(part.attribute for part in parts)) if parts else None
    if both is None or any(key is None or part.field is not None for key, part in zip(keys, parts, strict=True)):
        return None
    written: list[Written] = [key for key in keys if key is not None]
    places = [f"k{place}" for place in range(len(written))]
    is_own = identity_check(written, places, taken_of(is_dict=entity.codec.item_class is dict))
    return Identified(both, new_decoder(both.mirror).decode, is_own)
