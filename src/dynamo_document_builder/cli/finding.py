"""What is named on the command line: entities and commands in modules, keys, and the client."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import boto3
from attrs import frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.facade.database import Database
from dynamo_document_builder.facade.entity import Entity
from dynamo_document_builder.facade.table import Table
from dynamo_document_builder.facts import named as named_type
from dynamo_document_builder.schema.misfit import MisfitError
from dynamo_document_builder.wire.guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@frozen(kw_only=True)
class Place:
    """Where DynamoDB is, as people say it to boto3."""

    endpoint_url: str | None = None
    region: str | None = None
    profile: str | None = None

    @property
    def is_given(self) -> bool:
        """Whether anything was said of it."""
        return any((self.endpoint_url, self.region, self.profile))

    def connected(self, owner: Table | Database) -> None:
        """Connect a table or a database, unless it is already and nothing else was asked for."""
        connection = owner.connection
        if self.is_given or (connection.transport is None and connection.async_transport is None):
            session = boto3.Session(profile_name=self.profile, region_name=self.region)
            owner.connect(session.client("dynamodb", endpoint_url=self.endpoint_url))


def named(text: str) -> Any:
    """Return what is called `module:name`, found from the current directory as with `python -m`."""
    module_name, colon, name = text.partition(":")
    if not (module_name and colon and name):
        raise UsageError(f"{text!r} is not written as MODULE:NAME, such as app.models:users")
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        raise UsageError(f"there is no module {error.name!r} here") from error
    except Exception as error:
        raise UsageError(
            f"module {module_name!r} raises {type(error).__name__} when it is imported: {error}"
        ) from error
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise UsageError(f"module {module_name!r} has no {name!r}")
        found = getattr(found, part)
    return found


def entity_named(text: str, place: Place) -> Entity[Any]:
    """Return the entity of that name, connected."""
    found = named(text)
    if not isinstance(found, Entity):
        raise UsageError(f"{text} is no entity, but {named_type(found)}")
    entity: Entity[Any] = found  # pyright: ignore[reportUnknownVariableType]  # of which type does not matter here
    place.connected(entity.table)
    return entity


def sender_named(text: str, place: Place | None = None) -> Any:
    """Return the entity, table or database of that name; connected, if a place is given."""
    found = named(text)
    if not isinstance(found, (Entity, Table, Database)):
        raise UsageError(f"{text} is no entity, table or database, but {named_type(found)}")
    if place is not None:
        owner: Table | Database = found.table if isinstance(found, Entity) else found
        place.connected(owner)
    return found  # pyright: ignore[reportUnknownVariableType]  # of which type an entity is does not matter here


def fields_from(entity: Entity[Any], given: Iterable[str]) -> dict[str, Any]:
    """Read `name=value` pairs, or one JSON object, as fields of an entity."""
    texts = list(given)
    if len(texts) == 1 and texts[0].startswith("{"):
        return {name: _value(entity, name, value) for name, value in json_object(texts[0]).items()}
    pairs = [text.partition("=") for text in texts]
    for name, equals, _ in pairs:
        if not (name and equals):
            raise UsageError(f"a key is written as field=value, or as one JSON object, not {name!r}")
    return {name: _value(entity, name, value) for name, _, value in pairs}


def json_object(text: str) -> Mapping[str, Any]:
    """Read a JSON object."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UsageError(f"this is no JSON: {error}") from error
    if not is_mapping(found):
        raise UsageError("this is no JSON object")
    return found


def _value(entity: Entity[Any], name: str, given: Any) -> Any:
    """Return a value as its field has it: text becomes a number, a moment or an enum where the schema says so."""
    info = entity.codec.fields.get(name)
    if info is None or not isinstance(given, str):
        return given
    for tag in ("S", "N"):
        try:
            return info.kind.decode_wire({tag: given})
        except MisfitError:
            continue
    return given
