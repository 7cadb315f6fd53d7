"""What is named on the command line: entities and commands in modules."""

from __future__ import annotations

import sys
import sysconfig
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import fields

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type as named_type
from dynamo_document_builder.facade.database import Database
from dynamo_document_builder.facade.entity import Entity
from dynamo_document_builder.facade.table import Table
from dynamo_document_builder.model.tables.table_model import TableModel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.cli.options import SharedOptions


def import_named(text: str) -> Any:
    """Return what is called `module:name`, found from the current directory as with `python -m`."""
    module_name, colon, name = text.partition(":")
    if not (module_name and colon and name):
        raise UsageError(f"{text!r} is not written as MODULE:NAME, such as app.models:users")
    found: Any = _import(module_name)
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except Exception as error:  # a module may have a __getattr__ of its own
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
    """Say in which file and line somebody's own code went wrong."""
    if isinstance(error, SyntaxError) and error.filename is not None:
        return ""  # its text says so
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith(_NOT_USER_CODE)]
    return f" ({own[-1].filename}, line {own[-1].lineno})" if own else ""


_NOT_USER_CODE: Final = (
    "<",
    str(Path(__file__).parent.parent),
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
)
"""Where the code of this library, of Python and of packages is, and code of no file: it is called from elsewhere."""


def load_command(text: str) -> Any:
    """Return a command, also where a function makes it."""
    found = import_named(text)
    if not callable(found) or isinstance(found, type):
        return found
    try:
        return found()
    except Exception as error:
        raise UsageError(f"{text} raises {type(error).__name__}: {error}{_location_of(error)}") from error


def load_entity(text: str, place: SharedOptions, *, connect: bool = True) -> Entity[Any]:
    """Return the entity of that name, connected unless *connect* is false."""
    found = import_named(text)
    if not isinstance(found, Entity):
        raise UsageError(f"{text} is no entity, but {named_type(found)}")
    entity: Entity[Any] = found  # pyright: ignore[reportUnknownVariableType]  # of which type does not matter here
    override_table_name(place, (entity.table,))
    if connect:
        place.connect(entity.table)
    return entity


def load_sender(text: str, place: SharedOptions, *, connect: bool = True) -> Any:
    """Return the entity, table or database of that name, connected unless *connect* is false."""
    found = import_named(text)
    if not isinstance(found, (Entity, Table, Database)):
        raise UsageError(f"{text} is no entity, table or database, but {named_type(found)}")
    owner: Table | Database = found.table if isinstance(found, Entity) else found
    override_table_name(place, (owner,))
    if connect:
        place.connect(owner)
    return found  # pyright: ignore[reportUnknownVariableType]  # of which type an entity is does not matter here


def override_table_name(place: SharedOptions, owners: Iterable[Table | Database]) -> None:
    """Give tables the name that `--table` has."""
    if place.table is None:
        return
    for owner in owners:
        if isinstance(owner, Database):
            raise UsageError("--table is for one table, and a database has several")
        _rename(owner, place.table)


def _rename(table: Table, name: str) -> None:
    """Give a table another name, before anything is made of it: commands of the module refer to the table itself."""
    TableModel(name=name)  # refuses what is no name
    kept = {one.name: getattr(table, one.name) for one in fields(TableModel)}
    connection = table.__connection__
    vars(table).clear()
    vars(table).update(kept, name=name, __connection__=connection)
