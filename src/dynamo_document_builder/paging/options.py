"""The options of Query and Scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeGuard

from attrs import evolve, field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.expressions.builders.condition_forms import optional_condition
from dynamo_document_builder.model.entities.entity_model import EntityGroup, entity_group
from dynamo_document_builder.model.options.names import CommonOptionNames
from dynamo_document_builder.model.options.options import Options, one_of, yes_or_no
from dynamo_document_builder.model.reading.projections import Projection, checked_projection
from dynamo_document_builder.model.reading.unfit import OnUnfit, check_on_unfit
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.builders.condition_forms import ConditionLike
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.paging.page import Page

OnUnknown = Literal["raise", "skip", "collect"]


class PagedOptionNames(CommonOptionNames, total=False):
    """The options Query and Scan share, for their own `__init__`."""

    filter: ConditionLike | None
    page_size: int | None
    max_items: int | None
    max_requests: int | None
    start: str | None
    count_only: bool
    consistent: bool
    on_unfit: OnUnfit


def _filter(given: ConditionLike | None) -> Condition | None:
    if (is_mapping(given) or is_sequence(given)) and not given:
        raise UsageError("filter= is empty, and an empty filter would let everything through: leave filter= out")
    return optional_condition(given)


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
        return entity_group(given)
    what = "an empty one" if is_sequence(given) else given_type(given)
    raise UsageError(f"entities= is a group, as in users | orders, or a list of entities, as in [users], not {what}")


@frozen(kw_only=True, eq=False, repr=False)
class PagedOptions(Options):
    """The options that Query and Scan share."""

    filter: Condition | None = field(default=None, converter=_filter)
    """What must be true of an item to be returned. Filtered items are read, and paid for, all the same."""
    page_size: int | None = field(default=None, validator=positive)
    """How many items one request reads before the filter: what DynamoDB calls Limit. A page has at most 1 MB."""
    max_items: int | None = field(default=None, validator=positive)
    """How many items are returned at most: pages are read until there are so many, or no more."""
    max_requests: int | None = field(default=None, validator=positive)
    """
    How many requests are sent at most, however few items they found; the `cursor` continues after the last.

    By default as many as `max_items` or `count_only` need. `paginate` counts them over all pages.
    """
    start: str | None = field(default=None, validator=_cursor)
    """The `cursor` of an earlier result of the same read: go on from there."""
    count_only: bool = field(default=False, validator=yes_or_no)
    """
    Count the items instead of returning them: `items` is empty, and `count` is of all pages.

    It costs what reading the items costs. Items that do not fit the schema count as well, those of other entities do
    not.
    """
    consistent: bool = field(default=False, validator=yes_or_no)
    """Read what every write before it left, for twice the price; not on a global index."""
    projection: Projection | None = field(default=None, converter=checked_projection)
    """Paths to read, for mappings of them, or an attrs class with some of the schema's fields."""
    entities: EntityGroup[Any] | None = field(default=None, converter=_group)
    """The entities whose items are read, with `table.send`: `users | orders`. The table has an `entity_attribute`."""
    on_unknown: OnUnknown | None = field(default=None, validator=one_of("raise", "skip", "collect"))
    """
    What becomes of items of no entity in `entities`: an error, nothing, or a place in `unknown_items`.

    The default is `"raise"`, and `"skip"` with `count_only`.
    """
    on_unfit: OnUnfit = field(default="raise", validator=check_on_unfit)
    """
    What becomes of items that do not fit the schema, or lie under another key than their fields build.

    An error, nothing, or a place in `unfit`. Collected items count towards `max_items`, skipped ones do not.
    """
    __one_page__: bool = field(default=False, repr=False, eq=False, alias="_one_page")
    """Make one request only, also towards `max_items`: what `paginate` does."""

    def __attrs_post_init__(self) -> None:
        if self.on_unknown is not None and self.entities is None:
            raise UsageError(
                f"{type(self).__name__}(on_unknown=...) is about items of no entity in entities=, so give it with "
                "entities=; items of other entities are left out of a read through one"
            )
        if self.count_only:
            _check_countable(self)

    @property
    def __sender__(self) -> str:
        return "entity" if self.entities is None else "table"

    # Of the same command each: said with Self, mypy could not infer what one with a projection gives.
    def __starts__(self) -> tuple[Any, ...]:
        """Return what to read first to read it all, each by one request."""
        return (evolve(self, _one_page=True),)

    def __after__(self, page: Page[Any]) -> Any:
        """Return the same read from where a page ended, one request of it; `None` after the last."""
        items = None if self.max_items is None else self.max_items - page.count
        requests = None if self.max_requests is None else self.max_requests - 1
        if page.cursor is None or items == 0 or requests == 0:
            return None
        return evolve(self, start=page.cursor, max_items=items, max_requests=requests, _one_page=True)


def _check_countable(command: PagedOptions) -> None:
    """Refuse options of a read that are about items, which a count does not return."""
    given = {
        "projection": command.projection is not None,
        "max_items": command.max_items is not None,
        "on_unfit": command.on_unfit != "raise",
        "on_unknown": command.on_unknown not in {None, "skip"},
        "skip_validation": command.skip_validation,
    }
    names = [f"{name}=" for name, is_given in given.items() if is_given]
    if not names:
        return
    advice = "; max_requests= bounds it" if command.max_items is not None else ""
    raise UsageError(
        f"{type(command).__name__}(count_only=True) returns no items, so {' and '.join(names)} cannot be used with "
        f"it{advice}"
    )
