"""The options of batches, and checks of their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.findings import Problem
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.model.commands.problems import check_table
from dynamo_document_builder.model.managed.timestamps import TimestampOption
from dynamo_document_builder.model.options.names import CommonOptionNames
from dynamo_document_builder.model.options.nested import ineffective_options
from dynamo_document_builder.model.options.options import Options, ReturnItemCollectionMetrics, one_of
from dynamo_document_builder.model.options.retry_policy import RetryPolicy
from dynamo_document_builder.model.reading.unfit import OnUnfit, check_on_unfit
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from dynamo_document_builder.model.commands.problems import Problems
    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.model.entities.entity_model import EntityModel


class BatchOptionNames(CommonOptionNames, total=False):
    """The options every batch shares."""

    retry: RetryPolicy


class BatchReadOptionNames(BatchOptionNames, total=False, closed=True):
    """The options every batch of reads shares."""

    on_unfit: OnUnfit


def _check_retry(command: Any, _: Any, value: Any) -> None:
    if not isinstance(value, RetryPolicy):
        raise UsageError(f"{type(command).__name__}(retry=...): must be a RetryPolicy, not {given_type(value)}")


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class BatchOptions(Options):
    """The options of every batch."""

    retry: RetryPolicy = field(default=RetryPolicy(), validator=_check_retry)
    """The retry policy for unprocessed items. Only attempts that process nothing count as attempts."""


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class BatchReadOptions(BatchOptions):
    """The options of every batch of reads."""

    __options_in_groups__: ClassVar = frozenset({"consistent", "projection", "skip_validation", "on_unfit"})

    on_unfit: OnUnfit = field(default="raise", validator=check_on_unfit)
    """
    The treatment of an item that does not fit the schema, or whose key is not the key that its fields build.

    "raise", the default, raises a `StoredItemError`. "skip" returns `None` in its place. "collect" returns `None` and
    adds the item to `unfit`.
    """


@frozen(kw_only=True, eq=False, repr=False)
class BatchWriteOptions(BatchOptions, TimestampOption):
    """The options of every batch of writes."""

    return_item_collection_metrics: ReturnItemCollectionMetrics | None = field(
        default=None, validator=one_of("SIZE", "NONE")
    )
    """"SIZE" returns the estimated sizes of the item collections, which only tables with local indexes have."""


def checked_list(given: Any, advice: str) -> tuple[Any, ...]:
    """Return the values as a tuple; raise a `UsageError` if a single value was given."""
    if isinstance(given, (str, bytes)) or is_mapping(given) or not hasattr(given, "__iter__"):
        raise UsageError(advice)
    return tuple(given)


def checked_groups(given: Any, kind: type[Any], advice: str, maker: str) -> tuple[Any, ...]:
    """Return prepared groups as a tuple; raise a `UsageError` for other values."""
    if isinstance(given, kind) or not hasattr(given, "__iter__"):
        raise UsageError(advice)
    groups = tuple(given)
    for group in groups:
        if not isinstance(group, kind):
            raise UsageError(f"{maker}, not {given_type(group)}")
    return groups


def check_group(problems: Problems, target: Target, entity: EntityModel[Any], command: Any) -> None:
    """Note problems: a table that the target cannot reach, and options that have no effect in a group."""
    check_table(problems, target, entity.table, entity.name)
    for text in ineffective_options(command, "in a group", f"the {problems.what}"):
        problems.add(Problem(text, operation="group", entity=entity.name))
