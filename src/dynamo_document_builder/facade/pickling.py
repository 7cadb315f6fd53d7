"""
Pickle entities by name, as Python pickles classes: their functions and their client cannot be pickled.

A prepared group refers to its entity. Unpickling finds the entity with the same name, schema and table. In the same
process that is the same object. In another process, unpickling imports the module that defines the entity.
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

_pickled: Final[WeakValueDictionary[bytes, EntityModel[Any]]] = WeakValueDictionary()
"""The entities that were pickled or unpickled in this process, by their marks."""


def reduce_entity(entity: Any) -> tuple[Any, ...]:
    """Return the function and the arguments that find the entity again."""
    state = cast("dict[str, Any]", vars(entity))
    mark: bytes | None = state.get("_mark")
    if mark is None:
        mark = os.urandom(16)
        object.__setattr__(entity, "_mark", mark)
        _pickled[mark] = entity
    return _find_entity, (mark, state["_module"], entity.schema, entity.table.name, entity.name, _complete(entity))


def _complete(entity: Any) -> bytes | None:
    """Return the complete entity as bytes; `None` if it cannot be pickled, such as with a lambda in its keys."""
    cached = cast("dict[str, Any]", vars(entity))
    if "_complete" not in cached:
        try:
            complete: bytes | None = pickle.dumps((type(entity), entity.__getstate__()))
        except (
            AttributeError,
            TypeError,
            pickle.PicklingError,
        ):  # pickle raises one of these, depending on the kind of function
            complete = None
        object.__setattr__(entity, "_complete", complete)
    found: bytes | None = cached["_complete"]
    return found


def _find_entity(mark: bytes, module: str | None, schema: Any, table: str, name: str, complete: bytes | None) -> Any:
    entity = _pickled.get(mark) or _by_name(schema, table, name)
    if entity is None and module is not None and module not in sys.modules:
        importlib.import_module(module)
        entity = _by_name(schema, table, name)
    _pickled[mark] = entity = entity or _rebuilt(module, table, name, complete)
    return entity


def _by_name(schema: Any, table: str, name: str) -> EntityModel[Any] | None:
    found = [one for one in defined_entities() if (one.name, one.table.name) == (name, table) and one.schema == schema]
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} entities named {name!r} of table {table!r} are defined, so a pickled one cannot be found "
            "again: give each a different name="
        )
    return found[0] if found else None


def _rebuilt(module: str | None, table: str, name: str, complete: bytes | None) -> EntityModel[Any]:
    if complete is None:
        raise UsageError(
            f"entity {name!r} of table {table!r} is not defined in this process: import the module that defines it, "
            f"{module!r}, before you unpickle"
        )
    cls, state = pickle.loads(complete)  # noqa: S301  these bytes are part of the pickle that is being loaded
    entity: EntityModel[Any] = cls.__new__(cls)
    for field, value in state.items():
        object.__setattr__(entity, field, value)
    object.__setattr__(entity, "_module", module)
    return entity
