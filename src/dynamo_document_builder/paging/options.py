"""The options that Query and Scan share."""

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
        raise UsageError("filter= is empty, which would match every item: leave filter= out")
    return optional_condition(given)


def positive(command: Any, attribute: Any, value: Any) -> None:
    """Raise a `UsageError` for a value that is not a whole number of 1 or more."""
    if value is not None and not (type(value) is int and value > 0):
        raise UsageError(f"{type(command).__name__}({attribute.name}=...): must be a whole number, 1 or more")


def _cursor(command: Any, _: Any, value: Any) -> None:
    if value is not None and not isinstance(value, str):
        raise UsageError(
            f"{type(command).__name__}(start=...): must be the text of result.cursor, not {type(value).__name__}"
        )


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
    """A condition on the items to return. Items that it filters out are read and cost read units too."""
    page_size: int | None = field(default=None, validator=positive)
    """The number of items that one request reads before the filter; `Limit` of DynamoDB. A page has at most 1 MB."""
    max_items: int | None = field(default=None, validator=positive)
    """The most items to return: the library requests pages until it has so many, or there are no more."""
    max_requests: int | None = field(default=None, validator=positive)
    """
    The most requests to send, however few items they return; `cursor` continues after the last one.

    By default, as many as `max_items` or `count_only` need. In `paginate` it is a limit for all pages together.
    """
    start: str | None = field(default=None, validator=_cursor)
    """The `cursor` of an earlier result of the same read, to continue after it."""
    count_only: bool = field(default=False, validator=yes_or_no)
    """
    True to count the items instead of returning them: `items` is empty, and `count` is the total of all pages.

    A count costs the same as reading the items. It includes items that do not fit the schema, but no items of other
    entities.
    """
    consistent: bool = field(default=False, validator=yes_or_no)
    """True for a strongly consistent read, at twice the cost; not possible on a global index."""
    projection: Projection | None = field(default=None, converter=checked_projection)
    """Paths to read, which returns mappings; or a class with some of the fields of the schema."""
    entities: EntityGroup[Any] | None = field(default=None, converter=_group)
    """The entities whose items to read, such as `users | orders`; send the command with a table or a database."""
    on_unknown: OnUnknown | None = field(default=None, validator=one_of("raise", "skip", "collect"))
    """
    The treatment of items of other entities than those in `entities`.

    "raise" raises a `StoredItemError`. "skip" ignores them. "collect" returns them in `unknown_items`. The default is
    "raise", or "skip" with `count_only`.
    """
    on_unfit: OnUnfit = field(default="raise", validator=check_on_unfit)
    """
    The treatment of items that do not fit the schema, or have another key than the one that their fields build.

    "raise" raises a `StoredItemError`. "skip" ignores them. "collect" returns them in `unfit`.
    Collected items count towards `max_items`, skipped ones do not.
    """
    __one_page__: bool = field(default=False, repr=False, eq=False, alias="_one_page")
    """True to send one request only, even if `max_items` needs more; set by `paginate`."""

    def __attrs_post_init__(self) -> None:
        if self.on_unknown is not None and self.entities is None:
            raise UsageError(
                f"{type(self).__name__}(on_unknown=...) is about items of entities that are not in entities=, so pass "
                "entities= too; a read through one entity always skips items of other entities"
            )
        if self.count_only:
            _check_countable(self)

    @property
    def __sender__(self) -> str:
        return "entity" if self.entities is None else "table"

    # Both return the same class; with Self, mypy could not infer the result of a command with a projection.
    def __starts__(self) -> tuple[Any, ...]:
        """Return the reads of the first pages, each of one request."""
        return (evolve(self, _one_page=True),)

    def __after__(self, page: Page[Any]) -> Any:
        """Return the read of the next page, of one request; `None` after the last page."""
        items = None if self.max_items is None else self.max_items - page.count
        requests = None if self.max_requests is None else self.max_requests - 1
        if page.cursor is None or items == 0 or requests == 0:
            return None
        return evolve(self, start=page.cursor, max_items=items, max_requests=requests, _one_page=True)


def _check_countable(command: PagedOptions) -> None:
    """Raise a `UsageError` for options about the returned items, which a count does not have."""
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
    advice = "; max_requests= limits it" if command.max_items is not None else ""
    raise UsageError(
        f"{type(command).__name__}(count_only=True) returns no items, so {' and '.join(names)} cannot be used with "
        f"it{advice}"
    )
