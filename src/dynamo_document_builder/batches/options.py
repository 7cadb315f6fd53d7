"""What every batch can be told."""

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
        raise UsageError(f"{type(command).__name__}(retry=...): a RetryPolicy, not {given_type(value)}")


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class BatchOptions(Options):
    """What every batch can be told."""

    retry: RetryPolicy = field(default=RetryPolicy(), validator=_check_retry)
    """How patiently to go on with what DynamoDB left undone; only attempts that did nothing at all are counted."""


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class BatchReadOptions(BatchOptions):
    """What every batch of reads can be told."""

    __options_in_groups__: ClassVar = frozenset({"consistent", "projection", "skip_validation", "on_unfit"})

    on_unfit: OnUnfit = field(default="raise", validator=check_on_unfit)
    """
    What becomes of an item that does not fit the schema, or lies under another key than its fields build.

    An error, or `None` in its place in `items`; "collect" also puts it into `unfit`.
    """


@frozen(kw_only=True, eq=False, repr=False)
class BatchWriteOptions(BatchOptions, TimestampOption):
    """What every batch of writes can be told."""

    return_item_collection_metrics: ReturnItemCollectionMetrics | None = field(
        default=None, validator=one_of("SIZE", "NONE")
    )
    """"SIZE" asks for the estimated size of the item collections; only tables with local indexes have some."""


def listed(given: Any, advice: str) -> tuple[Any, ...]:
    """Return what was given as a tuple, unless it is one thing where a list of them is meant."""
    if isinstance(given, (str, bytes)) or is_mapping(given) or not hasattr(given, "__iter__"):
        raise UsageError(advice)
    return tuple(given)


def grouped(given: Any, kind: type[Any], advice: str, maker: str) -> tuple[Any, ...]:
    """Return prepared groups as a tuple, unless they are no such groups."""
    if isinstance(given, kind) or not hasattr(given, "__iter__"):
        raise UsageError(advice)
    groups = tuple(given)
    for group in groups:
        if not isinstance(group, kind):
            raise UsageError(f"{maker}, not {given_type(group)}")
    return groups


def check_group(problems: Problems, target: Target, entity: EntityModel[Any], command: Any) -> None:
    """Refuse a group of a table that cannot be reached, and options that have no effect in a group."""
    check_table(problems, target, entity.table, entity.name)
    for text in ineffective_options(command, "in a group", f"the {problems.what}"):
        problems.add(Problem(text, operation="group", entity=entity.name))
