"""
Projections: the attributes that a read requests, and the decoding of the response.

A read always requests the key attributes, to distinguish an item without the requested attributes from no item.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from msgspec import Raw, Struct

from dynamo_document_builder.expressions.builders.projections import projected_paths
from dynamo_document_builder.expressions.rendering.rendering import Rendering
from dynamo_document_builder.expressions.tree.overlaps import overlaps
from dynamo_document_builder.expressions.tree.paths import Path
from dynamo_document_builder.model.keys.identity import KeyCheck, key_check_of
from dynamo_document_builder.model.reading.partial_items import PartialItems
from dynamo_document_builder.model.reading.subset_classes import check_subset
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.items.members import is_schema
from dynamo_document_builder.schema.items.registry import codec_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.expressions.builders.operands import Operand
    from dynamo_document_builder.expressions.tree.paths import Segment
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.keys.index_keys import IndexPart
    from dynamo_document_builder.schema.items.item_codec import ReadSteps

T_co = TypeVar("T_co", covariant=True)

Projection: TypeAlias = tuple[Path, ...] | type[Any]
ProjectionLike: TypeAlias = Sequence["str | Operand"] | type[Any]


def checked_projection(given: ProjectionLike | None) -> Projection | None:
    """Convert the option `projection=`: a list of document paths, or a class with a subset of the schema's fields."""
    return None if given is None else _checked(given)


def _checked(given: object) -> Projection:
    if is_schema(given):
        return codec_of(given).schema
    return projected_paths(given, ", or a class with some of the schema's fields")


class ItemReader(Struct, Generic[T_co], frozen=True, dict=True):
    """Renders the projection of one read, and decodes the items."""

    scope: Any
    decode: Callable[[bytes | Raw], T_co]
    render: Callable[[Rendering], str]
    """Returns the request member; registers its names and problems in the rendering."""
    steps: ReadSteps | None = None
    """The generated decoder of items that need no check except the key check."""
    own: KeyCheck | None = None
    """The key check; `None` if an item cannot be stored under a wrong key."""

    def explained_by(self, explain: Callable[[bytes | Raw], Any]) -> ItemReader[Any]:
        """Return a reader that passes items to *explain* if the fast decoder cannot read them."""
        if self.steps is None:
            return ItemReader(self.scope, explain, self.render)
        return ItemReader(self.scope, _quick(self.steps, self.own, explain), self.render, self.steps, self.own)

    @cached_property
    def members(self) -> str:
        """The request members of a read without other expressions."""
        if self.render is _everything:
            return ""
        out = Rendering(self.scope)
        return out.finish(self.render(out))


def reader_of(
    entity: EntityModel[Any],
    projection: Projection | None,
    *,
    trusted: bool,
    index: IndexPart | None = None,
    filtered: bool = False,
) -> ItemReader[Any]:
    """
    Return the reader of a projection, or of whole items.

    *filtered* means that DynamoDB already filters by entity name, so the reader does not check the name again.
    """
    if projection is None:
        return _whole(entity, trusted=trusted, check_name=entity.entity_name_member is not None and not filtered)
    keys = entity.key_attributes(index)
    if isinstance(projection, tuple):
        return _of_paths(entity, projection, keys, filtered=filtered)
    return _of_class(entity, projection, keys, trusted=trusted, filtered=filtered)


def _everything(_: Rendering) -> str:
    return ""


def _whole(entity: EntityModel[Any], *, trusted: bool, check_name: bool) -> ItemReader[Any]:
    reader: ItemReader[Any] | None = entity.readers.get((trusted, check_name))
    if reader is None:
        explain = partial(entity.decode, trusted=trusted, check_name=check_name)
        steps = None if check_name or entity.key_only else entity.codec.read_steps(trusted=trusted)
        own = None if steps is None else key_check_of(entity.plan, entity.codec, steps)
        if steps is None or (own is None and entity.plan.is_checked):
            reader = ItemReader(entity.scope, explain, _everything)
        else:
            reader = ItemReader(entity.scope, _quick(steps, own, explain), _everything, steps, own)
        entity.readers[trusted, check_name] = reader
    return reader


def _quick(
    steps: ReadSteps, own: KeyCheck | None, explain: Callable[[bytes | Raw], Any]
) -> Callable[[bytes | Raw], Any]:
    """Return a fast decoder that calls *explain* for an item that does not fit or is stored under a wrong key."""
    make = steps.make
    if own is None:
        parse_item = steps.parse

        def decode_item(raw: bytes | Raw) -> Any:
            try:
                return make(parse_item(raw))
            except Exception:  # noqa: BLE001  `explain` decodes the item again and reports the failure
                return explain(raw)

        return decode_item
    parse, is_own = own.parse, own.is_own

    def decode(raw: bytes | Raw) -> Any:
        try:
            stored = parse(raw)
            item = make(stored)
            if is_own(item, stored):
                return item
        except Exception:  # noqa: BLE001, S110  `explain` decodes the item again and reports the failure
            pass
        return explain(raw)

    return decode


def _of_paths(
    entity: EntityModel[Any], paths: tuple[Path, ...], keys: tuple[str, ...], *, filtered: bool
) -> ItemReader[dict[str, Any]]:
    partial = PartialItems(entity.codec.kind, keys, paths)

    def render(out: Rendering) -> str:
        places = _outermost([*(place for path in paths if (place := partial.stored(path, out))), *_whole_names(keys)])
        for problem in overlaps(places, "is projected", "ask for one of them"):
            out.add_problem(problem)
        return _expression(out, [partial.root.requested_path(place) for place in places], keys)

    return ItemReader(entity.scope, _fitting(entity, partial.decode, entity.codec.name, filtered=filtered), render)


def _of_class(
    entity: EntityModel[Any], cls: type[Any], keys: tuple[str, ...], *, trusted: bool, filtered: bool
) -> ItemReader[Any]:
    codec, kind = entity.without_key_attributes(codec_of(cls)), codec_of(cls).kind
    read = codec.decode_trusted if trusted else codec.decode

    def render(out: Rendering) -> str:
        for problem in check_subset(kind, entity.codec, keys):
            out.add_problem(problem)
        if any(info.rest for info in codec.fields.values()):
            out.add_problem(
                f"{cls.__name__} has a field for undeclared attributes, which a projection cannot read: leave the "
                "field out"
            )
        stored = [info.attribute for info in codec.fields.values() if not info.derived]
        out.attributes.update(stored)
        return _expression(out, [(name,) for name in stored], keys)

    return ItemReader(entity.scope, _fitting(entity, read, cls.__name__, filtered=filtered), render)


def _fitting(
    entity: EntityModel[Any], read: Callable[[bytes | Raw], Any], shape: str, *, filtered: bool
) -> Callable[[bytes | Raw], Any]:
    def decode(raw: bytes | Raw) -> Any:
        try:
            if not filtered:
                entity.check_entity_name(raw)
            return read(entity.completed(raw))
        except MisfitError as error:
            raise entity.unfit(raw, error, shape) from error

    return decode


def _whole_names(names: Iterable[str]) -> list[tuple[Segment, ...]]:
    return [(name,) for name in names]


def _outermost(paths: Iterable[tuple[Segment, ...]]) -> list[tuple[Segment, ...]]:
    """Return the paths without duplicates and without paths inside other paths."""
    wanted = dict.fromkeys(paths)
    return [path for path in wanted if not any(path[:length] in wanted for length in range(1, len(path)))]


def _expression(out: Rendering, stored: Sequence[tuple[Segment, ...]], keys: tuple[str, ...]) -> str:
    """Return the request member for the paths and the keys. Names are registered only for rendered paths."""
    outermost = _outermost([*stored, *_whole_names(keys)])
    return out.expression("ProjectionExpression", ", ".join(map(out.path_text, outermost)))
