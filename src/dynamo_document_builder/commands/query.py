"""Query: read the items under one partition key, in the order of their sort keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.commands.frozen import FrozenMap, KeyLike, frozen_key
from dynamo_document_builder.model.options.options import yes_or_no
from dynamo_document_builder.model.options.refuses_unknown import tells_options
from dynamo_document_builder.model.reading.result_types import Bound, M_co, P_co, Part, Several, Whole
from dynamo_document_builder.paging.flow import read_pages
from dynamo_document_builder.paging.keys.sort_conditions import as_sort_condition
from dynamo_document_builder.paging.options import OnUnknown, PagedOptionNames, PagedOptions
from dynamo_document_builder.paging.page import Page
from dynamo_document_builder.paging.planning import Planning, need_one
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Never

    from typing_extensions import Unpack

    from dynamo_document_builder.errors.recipients import HasSchema
    from dynamo_document_builder.expressions.builders.operands import Operand
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.model.entities.entity_model import EntityGroup, EntityModel
    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)
T = TypeVar("T")


class QueryResult(Page[S_co], frozen=True, kw_only=True):
    """Items in the order of their sort keys, and where to go on."""


class QueryOptionNames(PagedOptionNames, total=False, closed=True):
    """The options of a query, for its own `__init__`."""

    index: Mapping[str, KeyLike] | None
    sort_key_condition: object
    reverse: bool


def _key(given: KeyLike | None) -> KeyLike | None:
    return None if given is None else frozen_key(given)


def _index(given: Any) -> Mapping[str, KeyLike] | None:
    if given is None:
        return None
    if not is_mapping(given) or len(given) != 1:
        raise UsageError("Query takes one index and its key's fields: index={'GSI1': {'email': 'a@b.c'}}")
    return FrozenMap({name: frozen_key(key) for name, key in given.items()})


# The class writes its own `__init__`: mypy drops overloads of one that attrs makes.
@tells_options
@frozen(init=False, repr=False)
class Query(PagedOptions, Generic[P_co, M_co]):
    """
    Read the items under one partition key, of the table or of an index, in the order of their sort keys.

    `key` holds the fields the partition key is built of, and any leading fields of the sort key: the query is narrowed
    to what the entity's builders make of them. One request reads at most 1 MB, and that is one page: go on from
    `cursor`, let `entity.paginate` do it, or say with `max_items` how many to collect.
    Costs half a read unit per 4 KB of all items read, before the filter, and one with `consistent=True`.

    Raises:
        UsageError: it cannot be sent.
        StoredItemError: a stored item does not fit the schema; its `cursor` goes on after it. `on_unfit` leaves such
            items out instead.
        NoAnswerError: no answer came; a read can always be sent again.

    Example:
        >>> users.send(Query(key={"user_id": "u1"})).items
        [User(user_id='u1', name='Alice', balance=100)]

    """

    key: KeyLike | None = field(default=None, converter=_key)
    """The fields of the table's key: all of the partition key, and of the sort key as many as wanted, from the left."""
    index: Mapping[str, KeyLike] | None = field(default=None, converter=_index, kw_only=True)
    """The same for an index, under its name: `{"GSI1": {"email": "a@b.c"}}`."""
    sort_key_condition: Condition | None = field(default=None, converter=as_sort_condition, kw_only=True)
    """
    What to ask of the sort key: `begins_with("ORDER#")`, `between("a", "b")`.

    A value given as a mapping of fields is built by the entity: `greater_than({"placed_on": date(2026, 1, 1)})`.
    """
    reverse: bool = field(default=False, validator=yes_or_no, kw_only=True)
    """From the last sort key to the first."""

    @overload
    def __init__(
        self: Query[Never, Whole],
        key: KeyLike | None = None,
        *,
        projection: None = None,
        entities: None = None,
        **options: Unpack[QueryOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: Query[dict[str, Any], Part],
        key: KeyLike | None = None,
        *,
        projection: Sequence[str | Operand],
        entities: None = None,
        **options: Unpack[QueryOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: Query[T, Part],
        key: KeyLike | None = None,
        *,
        projection: type[T],
        entities: None = None,
        **options: Unpack[QueryOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: Query[T, Several],
        key: KeyLike | None = None,
        *,
        projection: None = None,
        entities: EntityGroup[T] | Sequence[HasSchema[T]],
        on_unknown: OnUnknown = ...,
        **options: Unpack[QueryOptionNames],
    ) -> None: ...
    @overload  # entities of different classes in one list, whose types only `users | orders` keeps
    def __init__(
        self: Query[Any, Several],
        key: KeyLike | None = None,
        *,
        projection: None = None,
        entities: Sequence[HasSchema[Any]],
        on_unknown: OnUnknown = ...,
        **options: Unpack[QueryOptionNames],
    ) -> None: ...
    def __init__(self, key: KeyLike | None = None, **options: Any) -> None:
        cast("Any", self).__attrs_init__(key, **options)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        need_one("Query", key=self.key, index=self.index)

    @overload
    def __flow__(self: Query[Never, Whole], entity: EntityModel[S], /) -> Flow[QueryResult[S]]: ...
    @overload
    def __flow__(self: Query[P_co, Several], target: Target, /) -> Flow[QueryResult[P_co]]: ...
    @overload
    def __flow__(self: Query[P_co, Part], entity: EntityModel[Any], /) -> Flow[QueryResult[P_co]]: ...
    @overload
    def __flow__(self: Query[S, Bound], entity: EntityModel[S], /) -> Flow[QueryResult[S]]: ...
    def __flow__(self, to: Any, /) -> Flow[QueryResult[Any]]:
        """Send the query, and decode what comes."""
        planning = Planning.of("Query", self, to)
        for name in self.index or ():
            planning.use_index(name)
        planning.seek(self._given(), self.sort_key_condition)
        plan, start = planning.finish(',"ScanIndexForward":false' if self.reverse else "")
        found = yield from read_pages(self, plan, start)
        return QueryResult(**found.facts())

    def _given(self) -> KeyLike | None:
        return self.key if self.index is None else next(iter(self.index.values()))
