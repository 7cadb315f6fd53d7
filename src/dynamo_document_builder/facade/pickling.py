"""
Entities in what is pickled: they go by name, as classes do, for their functions and their client cannot go along.

A prepared group holds its entity. Where it is unpickled, its entity is the one of the same name, schema and table that
is defined there: in the same process the very same, in another process that of the module that defines it.
"""

from __future__ import annotations

import importlib
import os
import pickle
import sys
from typing import TYPE_CHECKING, Any, Final, cast
from weakref import WeakValueDictionary

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.facade.table import defined_entities

if TYPE_CHECKING:
    from dynamo_document_builder.model.entities.entity_model import EntityModel

_marked: Final[WeakValueDictionary[bytes, EntityModel[Any]]] = WeakValueDictionary()
"""Those that were pickled or unpickled here."""


def reduced(entity: Any) -> tuple[Any, ...]:
    """Return what pickle needs to find the entity again."""
    kept = cast("dict[str, Any]", vars(entity))
    mark: bytes | None = kept.get("_mark")
    if mark is None:
        mark = os.urandom(16)
        object.__setattr__(entity, "_mark", mark)
        _marked[mark] = entity
    return _found, (mark, kept["_module"], entity.schema, entity.table.name, entity.name, _whole(entity))


def _whole(entity: Any) -> bytes | None:
    """Return the entity itself as bytes, if it can be pickled: not with a lambda in its keys."""
    cached = cast("dict[str, Any]", vars(entity))
    if "_whole" not in cached:
        try:
            whole: bytes | None = pickle.dumps((type(entity), entity.__getstate__()))
        except (AttributeError, TypeError, pickle.PicklingError):  # what pickle raises, by the kind of function
            whole = None
        object.__setattr__(entity, "_whole", whole)
    found: bytes | None = cached["_whole"]
    return found


def _found(mark: bytes, module: str | None, schema: Any, table: str, name: str, whole: bytes | None) -> Any:
    entity = _marked.get(mark) or _by_name(schema, table, name)
    if entity is None and module is not None and module not in sys.modules:
        importlib.import_module(module)
        entity = _by_name(schema, table, name)
    _marked[mark] = entity = entity or _rebuilt(module, table, name, whole)
    return entity


def _by_name(schema: Any, table: str, name: str) -> EntityModel[Any] | None:
    found = [one for one in defined_entities() if (one.name, one.table.name) == (name, table) and one.schema == schema]
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} entities named {name!r} of table {table!r} are defined, so a pickled one cannot be found "
            "again; give each a name= of its own"
        )
    return found[0] if found else None


def _rebuilt(module: str | None, table: str, name: str, whole: bytes | None) -> EntityModel[Any]:
    if whole is None:
        raise UsageError(
            f"entity {name!r} of table {table!r} is not defined in this process: import what defines it, in module "
            f"{module!r}, before you unpickle"
        )
    cls, state = pickle.loads(whole)  # noqa: S301  a part of what is unpickled anyway
    entity: EntityModel[Any] = cls.__new__(cls)
    for field, value in state.items():
        object.__setattr__(entity, field, value)
    object.__setattr__(entity, "_module", module)
    return entity
