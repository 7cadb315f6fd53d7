"""The options of Query and Scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeGuard

from attrs import evolve, field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.functions import optional_condition
from dynamo_document_builder.facts import named
from dynamo_document_builder.model.entity_model import EntityGroup
from dynamo_document_builder.model.option_names import CommonOptionNames
from dynamo_document_builder.model.options import Options, one_of
from dynamo_document_builder.model.projections import Projection, checked_projection
from dynamo_document_builder.model.unfit import OnUnfit, check_on_unfit
from dynamo_document_builder.wire.guards import is_sequence

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.conditions import Condition
    from dynamo_document_builder.expressions.functions import ConditionLike
    from dynamo_document_builder.paging.page import Page

OnUnknown = Literal["raise", "skip", "collect"]


class PagedOptionNames(CommonOptionNames, total=False):
    """The options Query and Scan share, for their own `__init__`."""

    filter: ConditionLike | None
    page_size: int | None
    max_items: int | None
    start: str | None
    consistent: bool
    on_unfit: OnUnfit


def positive(command: Any, attribute: Any, value: Any) -> None:
    """Refuse what is no number of items."""
    if value is not None and not (type(value) is int and value > 0):
        raise UsageError(f"{type(command).__name__}({attribute.name}=...): a whole number, 1 or more")


def _cursor(command: Any, _: Any, value: Any) -> None:
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{type(command).__name__}(start=...): the text of result.cursor, not {type(value).__name__}")


def _is_group(given: object) -> TypeGuard[EntityGroup[Any]]:
    return isinstance(given, EntityGroup)


def _group(given: Any) -> EntityGroup[Any] | None:
    if given is None:
        return None
    if _is_group(given):
        return given
    if is_sequence(given) and given:
        return EntityGroup(tuple(given))
    raise UsageError(f"entities= is two or more entities, as in users | orders, not {named(given)}")


@frozen(kw_only=True, eq=False, repr=False)
class PagedOptions(Options):
    """What Query and Scan can both be told."""

    filter: Condition | None = field(default=None, converter=optional_condition)
    """What must be true of an item to be returned. Filtered items are read, and paid for, all the same."""
    page_size: int | None = field(default=None, validator=positive)
    """How many items one request reads before the filter: what DynamoDB calls Limit. A page has at most 1 MB."""
    max_items: int | None = field(default=None, validator=positive)
    """How many items are returned at most: pages are read until there are so many, or no more."""
    start: str | None = field(default=None, validator=_cursor)
    """The `cursor` of an earlier result of the same read: go on from there."""
    consistent: bool = False
    """Read what every write before it left, for twice the price; not on a global index."""
    projection: Projection | None = field(default=None, converter=checked_projection)
    """Paths to read, for mappings of them, or an attrs class with some of the schema's fields."""
    entities: EntityGroup[Any] | None = field(default=None, converter=_group)
    """The entities whose items are read, with `table.send`: `users | orders`. The table has an `entity_attribute`."""
    on_unknown: OnUnknown = field(default="raise", validator=one_of("raise", "skip", "collect", required=True))
    """What becomes of items of no entity in `entities`: an error, nothing, or a place in `unknown_items`."""
    on_unfit: OnUnfit = field(default="raise", validator=check_on_unfit)
    """
    What becomes of items that do not fit the schema, or lie under another key than their fields build.

    An error, nothing, or a place in `unfit`. Collected items count towards `max_items`, skipped ones do not.
    """
    one_page: bool = field(default=False, repr=False, eq=False)
    """Make one request only, also towards `max_items`: what `paginate` does."""

    @property
    def sender(self) -> str:
        return "entity" if self.entities is None else "table"

    # Of the same command each: said with Self, mypy could not infer what one with a projection gives.
    def starts(self) -> tuple[Any, ...]:
        """Return what to read first to read it all, each by one request."""
        return (evolve(self, one_page=True),)

    def after(self, page: Page[Any]) -> Any:
        """Return the same read from where a page ended, one request of it; `None` after the last."""
        remaining = None if self.max_items is None else self.max_items - page.count
        if page.cursor is None or remaining == 0:
            return None
        return evolve(self, start=page.cursor, max_items=remaining, one_page=True)
