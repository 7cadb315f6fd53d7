"""The parameters for the methods of an SDK client: stand-ins that bytes replace later, or the full payload."""

from __future__ import annotations

import json
from base64 import b64decode
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.wire.request import Request

Parameters: TypeAlias = dict[str, Any]


def _on_table(**rest: Any) -> Callable[[tuple[str, ...]], Parameters]:
    return lambda tables: {"TableName": tables[0], **rest}


def _on_tables(action: str) -> Callable[[tuple[str, ...]], Parameters]:
    return lambda tables: {"TransactItems": [{action: {"TableName": name, "Key": {}}} for name in tables]}


def _in_batch(entries: Callable[[], Any]) -> Callable[[tuple[str, ...]], Parameters]:
    return lambda tables: {"RequestItems": {name: entries() for name in tables}}


# DynamoDB would refuse each stand-in if it was ever sent: an empty item or key, a query without a key condition, a
# segment without a number of segments.
_STAND_INS: Final[Mapping[str, Callable[[tuple[str, ...]], Parameters]]] = MappingProxyType(
    {
        "PutItem": _on_table(Item={}),
        "GetItem": _on_table(Key={}),
        "UpdateItem": _on_table(Key={}),
        "DeleteItem": _on_table(Key={}),
        "Query": _on_table(),
        "Scan": _on_table(Segment=0),
        "BatchGetItem": _in_batch(lambda: {"Keys": [Parameters()]}),
        "BatchWriteItem": _in_batch(lambda: [{"DeleteRequest": Parameters(Key={})}]),
        "TransactWriteItems": _on_tables("Delete"),
        "TransactGetItems": _on_tables("Get"),
    }
)


def stand_in(request: Request) -> Parameters | None:
    """
    Return the shortest parameters that botocore accepts for a request; `None` if it needs the full payload.

    They name the tables, because botocore and tracers read the tables.
    """
    build = _STAND_INS.get(request.operation)
    if build is None or not request.tables:
        return None
    return build(tuple(dict.fromkeys(request.tables)))


@lru_cache
def stand_in_body(operation: str, tables: tuple[str, ...]) -> bytes:
    """Return the body that botocore writes for a stand-in, if no handler changes the parameters."""
    return json.dumps(_STAND_INS[operation](tuple(dict.fromkeys(tables)))).encode()


def typed_parameters(value: Any, shape: Any) -> Any:
    """Return a payload with base64 text decoded to bytes, where the service model of botocore has a blob."""
    match shape.type_name:
        case "structure":
            return {name: _member(part, shape.members.get(name)) for name, part in value.items()}
        case "map":
            return {name: typed_parameters(part, shape.value) for name, part in value.items()}
        case "list":
            return [typed_parameters(part, shape.member) for part in value]
        case "blob":
            return b64decode(value)
        case _:
            return value


def _member(value: Any, shape: Any) -> Any:
    return value if shape is None else typed_parameters(value, shape)  # botocore raises for unknown parameters
