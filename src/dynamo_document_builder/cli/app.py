"""The commands of `ddb`."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from attrs import evolve
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from dynamo_document_builder.changesets.changeset import Changeset
from dynamo_document_builder.cli.ends import Exit, told
from dynamo_document_builder.cli.exporting import aside_of, exported
from dynamo_document_builder.cli.finding import Place, entity_named, fields_from, json_object, named, sender_named
from dynamo_document_builder.cli.importing import imported
from dynamo_document_builder.commands.get import Get
from dynamo_document_builder.commands.query import Query
from dynamo_document_builder.commands.scan import Scan
from dynamo_document_builder.commands.test_condition import TestCondition
from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.text.parsing import condition_from_text
from dynamo_document_builder.schema.jsonable import to_jsonable
from dynamo_document_builder.schema.members import hidden_in, value_of

if TYPE_CHECKING:
    from dynamo_document_builder.facade.entity import Entity
    from dynamo_document_builder.model.unfit import OnUnfit
    from dynamo_document_builder.paging.page import Page

CONTEXT = {"help_option_names": ["-h", "--help"]}
HERE = click.make_pass_decorator(Place)
ON_UNFIT = click.option(
    "--on-unfit",
    type=click.Choice(["raise", "skip", "collect"]),
    default="raise",
    show_default=True,
    help="Items that do not fit the schema: stop at the first, leave them out, or leave them out and list them.",
)


@click.group(context_settings=CONTEXT)
@click.option("--endpoint-url", help="Where DynamoDB is; also AWS_ENDPOINT_URL_DYNAMODB.")
@click.option("--region", help="As for boto3; also AWS_DEFAULT_REGION.")
@click.option("--profile", help="As for boto3; also AWS_PROFILE.")
@click.version_option(package_name="dynamo-document-builder", prog_name="ddb")
@click.pass_context
def ddb(context: click.Context, endpoint_url: str | None, region: str | None, profile: str | None) -> None:
    """
    Look at items, test conditions, and apply reviewed edits.

    An ENTITY is written as MODULE:NAME, such as app.models:users, and found from the current directory. A KEY is
    field=value pairs, or one JSON object.

    Ends with 0 for done or yes, 1 for no, 2 for a wrong call, 3 where DynamoDB refuses, 4 where it is not known whether
    something was written, and 5 where no answer came.
    """
    context.obj = Place(endpoint_url=endpoint_url, region=region, profile=profile)


@ddb.command()
@click.argument("entity")
@click.argument("key", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, with every field.")
@click.option("--hidden", is_flag=True, help="Show what the schema hides by repr=False, too.")
@HERE
def show(place: Place, entity: str, key: tuple[str, ...], as_json: bool, hidden: bool) -> None:  # noqa: FBT001  click's flags
    """Show one item, field by field."""
    users = entity_named(entity, place)
    item = users.send(Get(fields_from(users, key), consistent=True)).item
    if item is None:
        click.echo("there is no such item", err=True)
        sys.exit(Exit.NO)
    if as_json:
        Console().print_json(data=to_jsonable(item))
        return
    grid = Grid(show_header=False, box=None, pad_edge=False)
    secret = frozenset[str]() if hidden else hidden_in(item)
    for name in users.codec.fields:
        grid.add_row(f"[bold]{name}[/bold]", "(hidden)" if name in secret else _cell(value_of(item, name)))
    Console().print(grid)


def _cell(value: object) -> str:
    return "" if value is None else escape(str(value))


@ddb.command()
@click.argument("entity")
@click.argument("key", nargs=-1, required=True)
@click.option("--index", help="Query a secondary index.")
@click.option("--filter", "filter_", help="A filter in DynamoDB's own language.")
@click.option("--names", default="{}", help="What the # placeholders of the filter stand for, as JSON.")
@click.option("--values", default="{}", help="What the : placeholders of the filter stand for, as JSON.")
@click.option("--limit", type=click.IntRange(1), default=25, show_default=True, help="How many items at most.")
@click.option("--reverse", is_flag=True, help="In descending order.")
@ON_UNFIT
@HERE
def query(
    place: Place,
    entity: str,
    key: tuple[str, ...],
    index: str | None,
    filter_: str | None,
    names: str,
    values: str,
    limit: int,
    reverse: bool,  # noqa: FBT001  click's flags
    on_unfit: OnUnfit,
) -> None:
    """Print the items under a key as JSON lines; a part of the sort key's fields is enough."""
    users = entity_named(entity, place)
    fields = fields_from(users, key)
    condition = None if filter_ is None else _condition(filter_, names, values)
    asked: Any = Query(fields) if index is None else Query(index={index: fields})
    _lines(users.send(evolve(asked, filter=condition, max_items=limit, reverse=reverse, on_unfit=on_unfit)))


def _lines(found: Page[Any]) -> NoReturn:
    for item in found.items:
        click.echo(json.dumps(to_jsonable(item), ensure_ascii=False))
    for unfit in found.unfit:
        click.echo(f"does not fit: {unfit}", err=True)
    sys.exit(Exit.OK if found.items else Exit.NO)


def _condition(text: str, names: str, values: str) -> Any:
    return condition_from_text(text, names=dict(json_object(names)), values=dict(json_object(values)))


@ddb.command()
@click.argument("entity")
@click.argument("key")
@click.argument("condition")
@click.option("--names", default="{}", help="What the # placeholders stand for, as JSON.")
@click.option("--values", default="{}", help="What the : placeholders stand for, as JSON.")
@HERE
def test(place: Place, entity: str, key: str, condition: str, names: str, values: str) -> None:
    """
    Test a condition on an item as it is now.

    KEY is one field=value pair, or a JSON object. CONDITION is a JSON object of fields and values, or an expression in
    DynamoDB's own language.
    """
    users = entity_named(entity, place)
    wanted = json_object(condition) if condition.startswith("{") else _condition(condition, names, values)
    result = users.send(TestCondition(fields_from(users, [key]), condition=wanted))
    Console().print(result, soft_wrap=True)
    sys.exit(Exit.OK if result.passed else Exit.NO)


@ddb.command()
@click.argument("entity")
@click.argument("command")
@HERE
def rehearse(place: Place, entity: str, command: str) -> None:
    """Test each condition of a transaction, written as MODULE:NAME, on its items as they are now; write nothing."""
    result = sender_named(entity, place).rehearse(_value_of(command))
    Console().print(result, soft_wrap=True)
    sys.exit(Exit.OK if result.passed else Exit.NO)


@ddb.command()
@click.argument("entity")
@click.argument("command")
@click.option("--hide-values", is_flag=True, help="Show a ? for each value.")
def explain(entity: str, command: str, hide_values: bool) -> None:  # noqa: FBT001  click's flags
    """Say what a command, written as MODULE:NAME, would do. Nothing is sent."""
    # Not wrapped: the line for a shell is there to be copied.
    Console().print(sender_named(entity).explain(_value_of(command), values=not hide_values), soft_wrap=True)


@ddb.command()
@click.argument("entity")
@click.argument("command")
def cost(entity: str, command: str) -> None:
    """Say what a command, written as MODULE:NAME, costs in capacity units. Nothing is sent."""
    click.echo(str(sender_named(entity).cost(_value_of(command))))


def _value_of(text: str) -> Any:
    """Return a command, also where a function makes it."""
    found = named(text)
    return found() if callable(found) and not isinstance(found, type) else found


@ddb.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("entities", nargs=-1, required=True)
@HERE
def diff(place: Place, file: Path, entities: tuple[str, ...]) -> None:
    """Show what a stored changeset changes, item by item."""
    Console().print(_changeset(place, file, entities)[0].diff())


@ddb.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("entities", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Commit without asking.")
@HERE
def commit(place: Place, file: Path, entities: tuple[str, ...], yes: bool) -> None:  # noqa: FBT001  click's flags
    """Show what a stored changeset changes, ask, and apply all of it, or nothing."""
    changes, found = _changeset(place, file, entities)
    Console().print(changes.diff())
    if not yes and not sys.stdin.isatty():
        raise UsageError("there is nobody to ask; --yes commits without asking")
    if not yes and not click.confirm("Commit?"):
        sys.exit(Exit.NO)
    result = changes.commit(found[0].table)
    click.echo(f"committed {len(result.items)} operations")


def _changeset(place: Place, file: Path, entities: tuple[str, ...]) -> tuple[Changeset, list[Entity[Any]]]:
    found = [entity_named(text, place) for text in entities]
    return Changeset.from_json(file.read_text(), found), found


@ddb.command()
@click.argument("entity")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="How many items at most.")
@ON_UNFIT
@HERE
def scan(place: Place, entity: str, limit: int, on_unfit: OnUnfit) -> None:
    """Print items as JSON lines, in no order."""
    _lines(entity_named(entity, place).send(Scan(max_items=limit, on_unfit=on_unfit)))


@ddb.command("export")
@click.argument("entity")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--page-size", type=click.IntRange(1), help="Items that are evaluated for each request.")
@click.option("--segments", type=click.IntRange(1, 64), help="How many parts of the table to read at once.")
@ON_UNFIT
@HERE
def export_(
    place: Place, entity: str, file: Path, page_size: int | None, segments: int | None, on_unfit: OnUnfit
) -> None:
    """
    Write all items to a file, one in each line, in DynamoDB JSON. What was interrupted goes on where it was.

    With --on-unfit collect, items that do not fit the schema are written as they are stored to FILE.unfit.
    """
    users = entity_named(entity, place)
    with _progress() as progress:
        seen = partial(_seen, progress, progress.add_task("exporting", total=None))
        done = exported(users, file, page_size=page_size, segments=segments, seen=seen, on_unfit=on_unfit)
    click.echo(f"{done.count} items" + (f", {done.unfit} put aside in {aside_of(file).name}" if done.unfit else ""))
    sys.exit(Exit.NO if done.unfit else Exit.OK)


@ddb.command("import")
@click.argument("entity")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--rejects", type=click.Path(dir_okay=False, path_type=Path), help="Put lines that do not fit there, and go on."
)
@HERE
def import_(place: Place, entity: str, file: Path, rejects: Path | None) -> None:
    """Put the items of a file that `export` wrote. What was interrupted goes on where it was."""
    users = entity_named(entity, place)
    with _progress() as progress:
        seen = partial(_seen, progress, progress.add_task("importing", total=None))
        done = imported(users, file, rejects=rejects, seen=seen)
    click.echo(f"{done.items} items" + (f", {done.rejected} lines put aside" if done.rejected else ""))
    sys.exit(Exit.NO if done.rejected else Exit.OK)


def _seen(progress: Progress, task: TaskID, now: int) -> None:
    progress.update(task, completed=now)


def _progress() -> Progress:
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def run() -> None:
    """Run `ddb`; an error of the library is told in one message."""
    with told():
        code = ddb(prog_name="ddb", standalone_mode=False)
    sys.exit(code or Exit.OK)
