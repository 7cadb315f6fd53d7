"""
Immutable commands for Amazon DynamoDB, with transactions at the centre.

Every public name can be imported from here; each is loaded, with its own module only, when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dynamo_document_builder.commands.condition_check import (
        ConditionCheck,
    )
    from dynamo_document_builder.commands.delete import (
        Delete,
        DeleteResult,
    )
    from dynamo_document_builder.commands.get import (
        Get,
        GetResult,
    )
    from dynamo_document_builder.commands.put import (
        Put,
        PutResult,
    )
    from dynamo_document_builder.commands.table_transact_get import (
        TableTransactGet,
        TableTransactGetResult,
    )
    from dynamo_document_builder.commands.table_transact_write import (
        TableTransactWrite,
    )
    from dynamo_document_builder.commands.transact_get import (
        TransactGet,
        TransactGetResult,
    )
    from dynamo_document_builder.commands.transact_write import (
        TransactWrite,
    )
    from dynamo_document_builder.commands.update import (
        Update,
        UpdateResult,
    )
    from dynamo_document_builder.errors import (
        AbortedError,
        CancellationReason,
        ConditionFailedError,
        DefinitionError,
        DocumentBuilderError,
        IdempotencyMismatchError,
        ItemValidationError,
        NoAnswerError,
        OutcomeUnknownError,
        RequestTimeoutError,
        ServiceError,
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
    from dynamo_document_builder.expressions.changes import (
        Change,
    )
    from dynamo_document_builder.expressions.conditions import (
        Condition,
    )
    from dynamo_document_builder.expressions.functions import (
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
    from dynamo_document_builder.expressions.operands import (
        attr,
        ref,
    )
    from dynamo_document_builder.expressions.updates import (
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
    from dynamo_document_builder.facade.database import (
        Database,
    )
    from dynamo_document_builder.facade.entity import (
        Entity,
    )
    from dynamo_document_builder.facade.table import (
        Table,
    )
    from dynamo_document_builder.facts import FieldFailure, Problem
    from dynamo_document_builder.model.builders import (
        IndexKeys,
    )
    from dynamo_document_builder.model.keys import (
        index_key,
        key,
    )
    from dynamo_document_builder.model.protocols import WriteCommand
    from dynamo_document_builder.model.results import (
        Capacity,
        ConsumedCapacity,
        ItemCollectionMetrics,
    )
    from dynamo_document_builder.model.table_model import (
        GlobalIndex,
        LocalIndex,
    )
    from dynamo_document_builder.schema.metadata import (
        FieldCodec,
        register_codec,
        stored,
    )
    from dynamo_document_builder.transactions.gets import PreparedTransactGet
    from dynamo_document_builder.transactions.raw import (
        Raw,
    )
    from dynamo_document_builder.transactions.slots import PreparedWrites
    from dynamo_document_builder.transactions.write import (
        TransactWriteResult,
    )
    from dynamo_document_builder.transports.botocore import (
        BotocoreTransport,
    )
    from dynamo_document_builder.wire.request import (
        Request,
        ResponseMetadata,
    )

_NAMES_OF = {
    "commands.condition_check": ("ConditionCheck",),
    "commands.delete": (
        "Delete",
        "DeleteResult",
    ),
    "commands.get": (
        "Get",
        "GetResult",
    ),
    "commands.put": (
        "Put",
        "PutResult",
    ),
    "commands.table_transact_get": (
        "TableTransactGet",
        "TableTransactGetResult",
    ),
    "commands.table_transact_write": ("TableTransactWrite",),
    "commands.transact_get": (
        "TransactGet",
        "TransactGetResult",
    ),
    "commands.transact_write": ("TransactWrite",),
    "commands.update": (
        "Update",
        "UpdateResult",
    ),
    "errors": (
        "AbortedError",
        "CancellationReason",
        "ConditionFailedError",
        "DefinitionError",
        "DocumentBuilderError",
        "IdempotencyMismatchError",
        "ItemValidationError",
        "NoAnswerError",
        "OutcomeUnknownError",
        "RequestTimeoutError",
        "ServiceError",
        "StoredItemError",
        "TableMismatchError",
        "TableNotFoundError",
        "ThrottledError",
        "TransactionCanceledError",
        "TransactionConflictError",
        "TransactionInProgressError",
        "UnexpectedResponseError",
        "UsageError",
    ),
    "expressions.changes": ("Change",),
    "expressions.conditions": ("Condition",),
    "expressions.functions": (
        "ConditionLike",
        "and_",
        "begins_with",
        "between",
        "contains",
        "equals",
        "exists",
        "greater_than",
        "greater_than_or_equal",
        "is_in",
        "item_exists",
        "item_not_exists",
        "less_than",
        "less_than_or_equal",
        "not_",
        "not_equals",
        "not_exists",
        "or_",
        "size",
        "type_is",
    ),
    "expressions.operands": (
        "attr",
        "ref",
    ),
    "expressions.updates": (
        "add",
        "add_to_set",
        "append",
        "if_not_exists",
        "increment",
        "prepend",
        "remove",
        "remove_from_set",
        "set_",
        "subtract",
    ),
    "facts": ("FieldFailure", "Problem"),
    "facade.database": ("Database",),
    "facade.entity": ("Entity",),
    "facade.table": ("Table",),
    "model.builders": ("IndexKeys",),
    "model.keys": (
        "index_key",
        "key",
    ),
    "model.protocols": ("WriteCommand",),
    "model.results": (
        "Capacity",
        "ConsumedCapacity",
        "ItemCollectionMetrics",
    ),
    "model.table_model": (
        "GlobalIndex",
        "LocalIndex",
    ),
    "schema.metadata": (
        "FieldCodec",
        "register_codec",
        "stored",
    ),
    "transactions.raw": ("Raw",),
    "transactions.gets": ("PreparedTransactGet",),
    "transactions.slots": ("PreparedWrites",),
    "transactions.write": ("TransactWriteResult",),
    "transports.botocore": ("BotocoreTransport",),
    "wire.request": (
        "Request",
        "ResponseMetadata",
    ),
}
_MODULE_OF = {name: module for module, names in _NAMES_OF.items() for name in names}

__all__ = [
    "AbortedError",
    "BotocoreTransport",
    "CancellationReason",
    "Capacity",
    "Change",
    "Condition",
    "ConditionCheck",
    "ConditionFailedError",
    "ConditionLike",
    "ConsumedCapacity",
    "Database",
    "DefinitionError",
    "Delete",
    "DeleteResult",
    "DocumentBuilderError",
    "Entity",
    "FieldCodec",
    "FieldFailure",
    "Get",
    "GetResult",
    "GlobalIndex",
    "IdempotencyMismatchError",
    "IndexKeys",
    "ItemCollectionMetrics",
    "ItemValidationError",
    "LocalIndex",
    "NoAnswerError",
    "OutcomeUnknownError",
    "PreparedTransactGet",
    "PreparedWrites",
    "Problem",
    "Put",
    "PutResult",
    "Raw",
    "Request",
    "RequestTimeoutError",
    "ResponseMetadata",
    "ServiceError",
    "StoredItemError",
    "Table",
    "TableMismatchError",
    "TableNotFoundError",
    "TableTransactGet",
    "TableTransactGetResult",
    "TableTransactWrite",
    "ThrottledError",
    "TransactGet",
    "TransactGetResult",
    "TransactWrite",
    "TransactWriteResult",
    "TransactionCanceledError",
    "TransactionConflictError",
    "TransactionInProgressError",
    "UnexpectedResponseError",
    "Update",
    "UpdateResult",
    "UsageError",
    "WriteCommand",
    "add",
    "add_to_set",
    "and_",
    "append",
    "attr",
    "begins_with",
    "between",
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
    "less_than",
    "less_than_or_equal",
    "not_",
    "not_equals",
    "not_exists",
    "or_",
    "prepend",
    "ref",
    "register_codec",
    "remove",
    "remove_from_set",
    "set_",
    "size",
    "stored",
    "subtract",
    "type_is",
]


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
