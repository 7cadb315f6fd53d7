"""The options that every command accepts, before or after its name, and the options of several commands."""

from __future__ import annotations

from functools import cached_property, update_wrapper
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click
from attrs import field, frozen

from dynamo_document_builder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.facade.database import Database
    from dynamo_document_builder.facade.table import Table


def _store(context: click.Context, param: click.Parameter, value: Any) -> None:
    """Store the value of an option that can be given before and after the command; the later one counts."""
    if value:
        context.meta[f"ddb.{param.name}"] = value


def _shared_option(*names: str, **settings: Any) -> click.Option:
    return click.Option(names, callback=_store, expose_value=False, **settings)


def shared_options() -> list[click.Parameter]:
    """Return the options of every command."""
    return [
        _shared_option("--endpoint-url", metavar="URL", help="The URL of DynamoDB; also AWS_ENDPOINT_URL_DYNAMODB."),
        _shared_option("--region", help="As for boto3; also AWS_DEFAULT_REGION."),
        _shared_option("--profile", help="As for boto3; also AWS_PROFILE."),
        _shared_option("--table", metavar="NAME", help="Use this table in place of the one that the module names."),
        _shared_option("--hidden", is_flag=True, help="Show the values of fields with repr=False."),
    ]


class Command(click.Command):
    """A command with the shared options, which its help lists separately."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.shared: Final = shared_options()
        self.params += self.shared

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of this command, then the shared ones."""
        for title, of_shared in (("Options", False), ("Options of every command", True)):
            options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
            params = [option for option in options if (option in self.shared) is of_shared]
            records = [record for param in params if (record := param.get_help_record(ctx)) is not None]
            with formatter.section(title):
                formatter.write_dl(records)


def _check_endpoint(_: Any, __: Any, value: str | None) -> None:
    if value is None:
        return
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole:
        raise UsageError(f"--endpoint-url {value!r} is not a URL: write it as http://localhost:8000")


@frozen(kw_only=True, slots=False)
class SharedOptions:
    """The values of the shared options."""

    endpoint_url: str | None = field(default=None, validator=_check_endpoint)
    region: str | None = None
    profile: str | None = None
    table: str | None = None
    hidden: bool = False

    @property
    def names_endpoint(self) -> bool:
        """True if an option names an endpoint, a region or a profile."""
        return any((self.endpoint_url, self.region, self.profile))

    @cached_property
    def client(self) -> Any:
        """The boto3 client of this run. All tables share it, so that a transaction can span them."""
        import boto3  # noqa: PLC0415  lazy import: commands that send nothing do not need an SDK

        try:
            session = boto3.Session(profile_name=self.profile, region_name=self.region)
            return session.client("dynamodb", endpoint_url=self.endpoint_url)
        except ValueError as error:  # an invalid endpoint in the environment or in a profile
            raise UsageError(f"boto3 cannot make a client: {error}") from error

    def connect(self, owner: Table | Database) -> None:
        """Connect a table or database, unless its module has connected it and no option names another place."""
        connection = owner.__connection__
        if self.names_endpoint or (connection.transport is None and connection.async_transport is None):
            owner.connect(self.client)


def with_shared_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Pass the shared options to a command as its first argument."""

    @click.pass_context
    def with_shared(context: click.Context, /, *args: Any, **settings: Any) -> Any:
        names = ("endpoint_url", "region", "profile", "table", "hidden")
        values = {name: context.meta[f"ddb.{name}"] for name in names if f"ddb.{name}" in context.meta}
        return command(SharedOptions(**values), *args, **settings)

    return update_wrapper(with_shared, command)


ON_UNFIT: Final = click.option(
    "--on-unfit",
    type=click.Choice(["raise", "skip", "collect"]),
    default="raise",
    show_default=True,
    help="Items that do not fit the schema: stop at the first, leave them out, or leave them out and list them.",
)
NAMES: Final = click.option("--names", default="{}", help="What the # placeholders stand for, as a JSON object.")
VALUES: Final = click.option(
    "--values", default="{}", help="What the : placeholders stand for, as a JSON object; in DynamoDB JSON too."
)
FILTER: Final = click.option("--filter", "filter_", help="A filter in DynamoDB's expression language.")
START: Final = click.option("--start", metavar="CURSOR", help="Continue after the page that printed this cursor.")
CURSOR: Final = click.option("--cursor", is_flag=True, help="Print the cursor to standard error, if there is more.")
ENTITY: Final = click.argument("entity")
KEY: Final = click.argument("key", nargs=-1, required=True)
