"""
Immutable commands for Amazon DynamoDB, with transactions at the centre.

Every public name can be imported from here; each is loaded, with its own module only, when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dynamo_document_builder._names import MODULE_OF
from dynamo_document_builder._version import __version__ as __version__

if TYPE_CHECKING:
    from dynamo_document_builder.batches.reads import PreparedBatchGet
    from dynamo_document_builder.batches.writes import PreparedBatchWrite
    from dynamo_document_builder.changesets.changeset import Changeset
    from dynamo_document_builder.changesets.difference import Difference, FieldChange, ItemChange
    from dynamo_document_builder.changesets.stale import FieldConflict, StaleChangesetError, StaleItem
    from dynamo_document_builder.commands.batch_get import BatchGet, BatchGetResult
    from dynamo_document_builder.commands.batch_write import BatchWrite, BatchWriteResult
    from dynamo_document_builder.commands.condition_check import ConditionCheck
    from dynamo_document_builder.commands.delete import Delete, DeleteResult
    from dynamo_document_builder.commands.get import Get, GetResult
    from dynamo_document_builder.commands.put import Put, PutResult
    from dynamo_document_builder.commands.query import Query, QueryResult
    from dynamo_document_builder.commands.scan import Scan, ScanResult
    from dynamo_document_builder.commands.table_batch_get import TableBatchGet, TableBatchGetResult
    from dynamo_document_builder.commands.table_batch_write import TableBatchWrite, TableBatchWriteResult
    from dynamo_document_builder.commands.table_transact_get import TableTransactGet, TableTransactGetResult
    from dynamo_document_builder.commands.table_transact_write import TableTransactWrite
    from dynamo_document_builder.commands.test_condition import TestCondition, TestConditionResult
    from dynamo_document_builder.commands.transact_get import TransactGet, TransactGetResult
    from dynamo_document_builder.commands.transact_write import TransactWrite
    from dynamo_document_builder.commands.update import Update, UpdateResult
    from dynamo_document_builder.cost.cost import Cost, OperationCost
    from dynamo_document_builder.cost.units import Units
    from dynamo_document_builder.errors import (
        AbortedError,
        BatchIncompleteError,
        ConditionFailedError,
        DefinitionError,
        DocumentBuilderError,
        ExpressionSyntaxError,
        IdempotencyMismatchError,
        ItemValidationError,
        NoAnswerError,
        OutcomeUnknownError,
        ReplicatedWriteConflictError,
        RequestTimeoutError,
        Resolution,
        ServiceError,
        StaleVersionError,
        StoredItemError,
        TableMismatchError,
        TableNotFoundError,
        ThrottledError,
        TransactionCanceledError,
        TransactionConflictError,
        TransactionInProgressError,
        UnexpectedResponseError,
        UsageError,
    )
    from dynamo_document_builder.errors.clauses import FailedClause
    from dynamo_document_builder.errors.findings import FieldFailure, Problem, ThrottlingReason
    from dynamo_document_builder.errors.reasons import CancellationReason
    from dynamo_document_builder.explain.explanation import Explanation
    from dynamo_document_builder.expressions.builders.conditions import (
        ConditionLike,
        and_,
        begins_with,
        between,
        contains,
        equals,
        exists,
        greater_than,
        greater_than_or_equal,
        is_in,
        item_exists,
        item_not_exists,
        less_than,
        less_than_or_equal,
        not_,
        not_equals,
        not_exists,
        or_,
        size,
        type_is,
    )
    from dynamo_document_builder.expressions.builders.operands import attr, ref
    from dynamo_document_builder.expressions.builders.present import present
    from dynamo_document_builder.expressions.builders.updates import (
        add,
        add_to_set,
        append,
        if_not_exists,
        increment,
        prepend,
        remove,
        remove_from_set,
        set_,
        subtract,
    )
    from dynamo_document_builder.expressions.text.parsing import (
        condition_from_text,
        key_condition_from_text,
        projection_from_text,
        updates_from_text,
    )
    from dynamo_document_builder.expressions.text.writing import (
        ExpressionText,
        condition_to_text,
        projection_to_text,
        updates_to_text,
    )
    from dynamo_document_builder.expressions.tree.changes import Change
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.facade.async_pages import AsyncPages
    from dynamo_document_builder.facade.database import Database
    from dynamo_document_builder.facade.entity import Entity
    from dynamo_document_builder.facade.pages import Pages
    from dynamo_document_builder.facade.table import Table
    from dynamo_document_builder.model.commands.results import (
        Capacity,
        ConsumedCapacity,
        ItemCollectionMetrics,
        VectorCapacity,
    )
    from dynamo_document_builder.model.entities.entity_model import EntityGroup
    from dynamo_document_builder.model.keys.index_keys import IndexKeys
    from dynamo_document_builder.model.keys.joining import index_key, key
    from dynamo_document_builder.model.keys.sources import computed
    from dynamo_document_builder.model.options.retry_policy import RetryPolicy
    from dynamo_document_builder.model.reading.result_types import Part, Several
    from dynamo_document_builder.model.reading.unfit import UnfitItem
    from dynamo_document_builder.model.tables.indexes import GlobalIndex, LocalIndex
    from dynamo_document_builder.model.writing.write_command import WriteCommand
    from dynamo_document_builder.paging.page import Page
    from dynamo_document_builder.rehearsal.report import Rehearsal
    from dynamo_document_builder.reports.condition_report import ConditionReport
    from dynamo_document_builder.schema.fields.metadata import FieldCodec, register_codec, stored
    from dynamo_document_builder.schema.plain_json.to_jsonable import to_jsonable
    from dynamo_document_builder.transactions.raw import Raw
    from dynamo_document_builder.transactions.read_modify_write import Transacted
    from dynamo_document_builder.transactions.read_slots import PreparedTransactGet
    from dynamo_document_builder.transactions.write import TransactWriteResult
    from dynamo_document_builder.transactions.write_slots import PreparedWrites
    from dynamo_document_builder.transports.aiobotocore import AiobotocoreTransport
    from dynamo_document_builder.transports.async_threads import AsyncThreadTransport
    from dynamo_document_builder.transports.botocore import BotocoreTransport
    from dynamo_document_builder.transports.http.awaited.transport import AsyncHttpTransport
    from dynamo_document_builder.transports.http.blocking.transport import HttpTransport
    from dynamo_document_builder.transports.traced import AsyncTracedTransport, TracedTransport
    from dynamo_document_builder.wire.async_driver import AsyncTransport
    from dynamo_document_builder.wire.driver import Transport
    from dynamo_document_builder.wire.request import Request, ResponseMetadata

__all__ = [
    "AbortedError",
    "AiobotocoreTransport",
    "AsyncHttpTransport",
    "AsyncPages",
    "AsyncThreadTransport",
    "AsyncTracedTransport",
    "AsyncTransport",
    "BatchGet",
    "BatchGetResult",
    "BatchIncompleteError",
    "BatchWrite",
    "BatchWriteResult",
    "BotocoreTransport",
    "CancellationReason",
    "Capacity",
    "Change",
    "Changeset",
    "Condition",
    "ConditionCheck",
    "ConditionFailedError",
    "ConditionLike",
    "ConditionReport",
    "ConsumedCapacity",
    "Cost",
    "Database",
    "DefinitionError",
    "Delete",
    "DeleteResult",
    "Difference",
    "DocumentBuilderError",
    "Entity",
    "EntityGroup",
    "Explanation",
    "ExpressionSyntaxError",
    "ExpressionText",
    "FailedClause",
    "FieldChange",
    "FieldCodec",
    "FieldConflict",
    "FieldFailure",
    "Get",
    "GetResult",
    "GlobalIndex",
    "HttpTransport",
    "IdempotencyMismatchError",
    "IndexKeys",
    "ItemChange",
    "ItemCollectionMetrics",
    "ItemValidationError",
    "LocalIndex",
    "NoAnswerError",
    "OperationCost",
    "OutcomeUnknownError",
    "Page",
    "Pages",
    "Part",
    "PreparedBatchGet",
    "PreparedBatchWrite",
    "PreparedTransactGet",
    "PreparedWrites",
    "Problem",
    "Put",
    "PutResult",
    "Query",
    "QueryResult",
    "Raw",
    "Rehearsal",
    "ReplicatedWriteConflictError",
    "Request",
    "RequestTimeoutError",
    "Resolution",
    "ResponseMetadata",
    "RetryPolicy",
    "Scan",
    "ScanResult",
    "ServiceError",
    "Several",
    "StaleChangesetError",
    "StaleItem",
    "StaleVersionError",
    "StoredItemError",
    "Table",
    "TableBatchGet",
    "TableBatchGetResult",
    "TableBatchWrite",
    "TableBatchWriteResult",
    "TableMismatchError",
    "TableNotFoundError",
    "TableTransactGet",
    "TableTransactGetResult",
    "TableTransactWrite",
    "TestCondition",
    "TestConditionResult",
    "ThrottledError",
    "ThrottlingReason",
    "TracedTransport",
    "TransactGet",
    "TransactGetResult",
    "TransactWrite",
    "TransactWriteResult",
    "Transacted",
    "TransactionCanceledError",
    "TransactionConflictError",
    "TransactionInProgressError",
    "Transport",
    "UnexpectedResponseError",
    "UnfitItem",
    "Units",
    "Update",
    "UpdateResult",
    "UsageError",
    "VectorCapacity",
    "WriteCommand",
    "add",
    "add_to_set",
    "and_",
    "append",
    "attr",
    "begins_with",
    "between",
    "computed",
    "condition_from_text",
    "condition_to_text",
    "contains",
    "equals",
    "exists",
    "greater_than",
    "greater_than_or_equal",
    "if_not_exists",
    "increment",
    "index_key",
    "is_in",
    "item_exists",
    "item_not_exists",
    "key",
    "key_condition_from_text",
    "less_than",
    "less_than_or_equal",
    "not_",
    "not_equals",
    "not_exists",
    "or_",
    "prepend",
    "present",
    "projection_from_text",
    "projection_to_text",
    "ref",
    "register_codec",
    "remove",
    "remove_from_set",
    "set_",
    "size",
    "stored",
    "subtract",
    "to_jsonable",
    "type_is",
    "updates_from_text",
    "updates_to_text",
]


if not TYPE_CHECKING:  # a checker that saw it would take any name for one of the package

    def __getattr__(name: str) -> Any:
        module = MODULE_OF.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{module}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
