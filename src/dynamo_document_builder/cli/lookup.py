"""Imports the entities, tables, databases and commands that are named on the command line as MODULE:NAME."""

from __future__ import annotations

import sys
import sysconfig
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import fields

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.facade.database import Database
from dynamo_document_builder.facade.entity import Entity
from dynamo_document_builder.facade.table import Table
from dynamo_document_builder.model.tables.table_model import TableModel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.cli.options import SharedOptions


def import_named(text: str) -> Any:
    """Return the object `module:name`. The current directory is on the import path, as with `python -m`."""
    module_name, colon, name = text.partition(":")
    if not (module_name and colon and name):
        raise UsageError(f"{text!r} is not written as MODULE:NAME, such as app.models:users")
    found: Any = _import(module_name)
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except Exception as error:  # the __getattr__ of a module can raise any exception
            raise UsageError(f"module {module_name!r} has no {name!r}") from error
    return found


def _import(name: str) -> Any:
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        return import_module(name)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and f"{name}.".startswith(f"{error.name}."):
            raise UsageError(f"there is no module {error.name!r} here") from error
        raise UsageError(
            f"module {name!r} raises {type(error).__name__} when it is imported: {error}{_location_of(error)}"
        ) from error


def _location_of(error: BaseException) -> str:
    """Return the file and line of user code that raised an error, in parentheses, or an empty text."""
    if isinstance(error, SyntaxError) and error.filename is not None:
        return ""  # its text contains the place
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith(_NOT_USER_CODE)]
    return f" ({own[-1].filename}, line {own[-1].lineno})" if own else ""


_NOT_USER_CODE: Final = (
    "<",
    str(Path(__file__).parent.parent),
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
)
"""The beginnings of file names that are not user code: this library, Python, packages, and code without a file."""


def load_command(text: str) -> Any:
    """Return a command. If the name is that of a function, call it without arguments and return its result."""
    found = import_named(text)
    if not callable(found) or isinstance(found, type):
        return found
    try:
        return found()
    except Exception as error:
        raise UsageError(f"{text} raises {type(error).__name__}: {error}{_location_of(error)}") from error


def load_entity(text: str, shared: SharedOptions, *, connect: bool = True) -> Entity[Any]:
    """Return the entity with a name. Its table is connected unless *connect* is false."""
    found = import_named(text)
    if not isinstance(found, Entity):
        raise UsageError(f"{text} must be an entity, not {given_type(found)}")
    entity: Entity[Any] = found  # pyright: ignore[reportUnknownVariableType]  # its item type does not matter here
    override_table_name(shared, (entity.table,))
    if connect:
        shared.connect(entity.table)
    return entity


def load_sender(text: str, shared: SharedOptions, *, connect: bool = True) -> Any:
    """Return the entity, table or database with a name. It is connected unless *connect* is false."""
    found = import_named(text)
    if not isinstance(found, (Entity, Table, Database)):
        raise UsageError(f"{text} must be an entity, table or database, not {given_type(found)}")
    owner: Table | Database = found.table if isinstance(found, Entity) else found
    override_table_name(shared, (owner,))
    if connect:
        shared.connect(owner)
    return found  # pyright: ignore[reportUnknownVariableType]  # the item type of an entity does not matter here


def override_table_name(shared: SharedOptions, owners: Iterable[Table | Database]) -> None:
    """Rename tables to the name in `--table`, if that is given."""
    if shared.table is None:
        return
    for owner in owners:
        if isinstance(owner, Database):
            raise UsageError("--table cannot be used with a database, which has several tables: leave it out")
        _rename(owner, shared.table)


def _rename(table: Table, name: str) -> None:
    """Rename a table in place, because the entities and commands of the module refer to this object."""
    TableModel(name=name)  # raises for an invalid name
    definition = {one.name: getattr(table, one.name) for one in fields(TableModel)}
    connection = table.__connection__
    vars(table).clear()  # also removes cached properties that contain the old name
    vars(table).update(definition, name=name, __connection__=connection)
