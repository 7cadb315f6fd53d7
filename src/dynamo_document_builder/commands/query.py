"""Query: read the items under one partition key, in the order of their sort keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.commands.frozen import FrozenMap, KeyLike, frozen_key
from dynamo_document_builder.model.options.options import yes_or_no
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.reading.result_types import Bound, M_co, P_co, Part, Several, Whole
from dynamo_document_builder.paging.flow import read_pages
from dynamo_document_builder.paging.keys.sort_conditions import as_sort_condition
from dynamo_document_builder.paging.options import OnUnknown, PagedOptionNames, PagedOptions
from dynamo_document_builder.paging.page import Page
from dynamo_document_builder.paging.read_builder import ReadBuilder, require_one
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
    """One page of a `Query`: items in the order of their sort keys, and the cursor of the next page."""


class QueryOptionNames(PagedOptionNames, total=False, closed=True):
    """The options that `Query.__init__` accepts by keyword, for type checkers."""

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


# The class defines `__init__` itself: mypy ignores overloads on an `__init__` that attrs generates.
@explain_unknown_options
@frozen(init=False, repr=False)
class Query(PagedOptions, Generic[P_co, M_co]):
    """
    Read the items under one partition key of the table or of an index, in the order of their sort keys.

    - Pass either `key` or `index`. The entity builds the key condition from the fields you give.
    - One request reads at most 1 MB, which is one page. To read more, pass `cursor` as `start=`, set `max_items`, or
      use `entity.paginate`.
    - To read several entities of one table, pass `entities=` and send the query with `table.send`.

    Cost: half a read unit per 4 KB of all items read, before the filter; twice that with `consistent=True`.

    AWS: [Query](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        StoredItemError: A stored item does not fit the schema; `error.cursor` continues after that item. Pass
            `on_unfit="skip"` or `"collect"` to read on.
        NoAnswerError: No response arrived. A read is always safe to send again.
        ServiceError: DynamoDB refused the request.

    Example:
        >>> users.send(Query(key={"user_id": "u1"})).items
        [User(user_id='u1', name='Alice', balance=100)]

    """

    key: KeyLike | None = field(default=None, converter=_key)
    """
    The fields of the table's key: all fields of the partition key, and any number of leading fields of the sort key.

    Sort key fields narrow the query to keys that begin with these fields.
    """
    index: Mapping[str, KeyLike] | None = field(default=None, converter=_index, kw_only=True)
    """The fields of an index key, under the name of the index: `{"GSI1": {"email": "a@b.c"}}`."""
    sort_key_condition: Condition | None = field(default=None, converter=as_sort_condition, kw_only=True)
    """
    The condition on the sort key, such as `begins_with("ORDER#")` or `between("a", "b")`. Default: none.

    If a value is a mapping of fields, the entity builds the sort key from the fields:
    `greater_than({"placed_on": date(2026, 1, 1)})`.
    """
    reverse: bool = field(default=False, validator=yes_or_no, kw_only=True)
    """Read from the last sort key to the first. Default: ascending order."""

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
        require_one("Query", key=self.key, index=self.index)

    @overload
    def __flow__(self: Query[Never, Whole], entity: EntityModel[S], /) -> Flow[QueryResult[S]]: ...
    @overload
    def __flow__(self: Query[P_co, Several], target: Target, /) -> Flow[QueryResult[P_co]]: ...
    @overload
    def __flow__(self: Query[P_co, Part], entity: EntityModel[Any], /) -> Flow[QueryResult[P_co]]: ...
    @overload
    def __flow__(self: Query[S, Bound], entity: EntityModel[S], /) -> Flow[QueryResult[S]]: ...
    def __flow__(self, to: Any, /) -> Flow[QueryResult[Any]]:
        """Send the query and decode the items."""
        builder = ReadBuilder.of("Query", self, to)
        for name in self.index or ():
            builder.use_index(name)
        builder.select_keys(self._given(), self.sort_key_condition)
        prepared, start = builder.build(',"ScanIndexForward":false' if self.reverse else "")
        found = yield from read_pages(self, prepared, start)
        return QueryResult(**found.facts())

    def _given(self) -> KeyLike | None:
        return self.key if self.index is None else next(iter(self.index.values()))
