"""The entry point of `ddb`, with the list of its commands."""

from __future__ import annotations

import sys
from pkgutil import resolve_name
from typing import Final

import click

from dynamo_document_builder._version import __version__
from dynamo_document_builder.cli.exit_status import Exit, report_errors
from dynamo_document_builder.cli.options import shared_options
from dynamo_document_builder.cli.output import check_stdout, prepare_streams

_HERE: Final = "dynamo_document_builder.cli"
COMMANDS: Final = {
    "commit": ("writing:commit", "Apply a stored changeset, all or nothing, after confirmation."),
    "cost": ("checking:cost", "Show what a command costs in capacity units."),
    "delete": ("writing:delete", "Delete one item, after confirmation."),
    "describe": ("checking:describe", "Show the keys and fields of an entity."),
    "diff": ("writing:diff", "Show what a stored changeset changes."),
    "explain": ("checking:explain", "Show what a command would do."),
    "export": ("transfer.commands:export", "Write all items to a file or to standard output."),
    "guide": ("guide:guide", "Print the guide for coding assistants."),
    "import": ("transfer.commands:import_", "Put the items of a file or of standard input."),
    "put": ("writing:put", "Put one item."),
    "query": ("reading:query", "Print the items under a key."),
    "rehearse": ("checking:rehearse", "Test each condition of a transaction; write nothing."),
    "scan": ("reading:scan", "Print items, in no particular order."),
    "show": ("reading:show", "Show one item, field by field."),
    "test": ("checking:test", "Test a condition on the current item."),
}
"""The module and the help text of each command. `ddb --help` imports none of these modules, which keeps it fast."""


class Commands(click.Group):
    """Imports the module of a command when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  the same
        """Return the command with a name, or `None`."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = resolve_name(f"{_HERE}.{COMMANDS[cmd_name][0]}")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  the same
        """Write a line for each command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


_HELP: Final = """
Read and write items, test conditions, and apply reviewed edits.

An ENTITY is written as MODULE:NAME, such as app.models:users, and found from the current directory. A KEY is
field=value pairs, or one JSON object.

\b
Exit status:
"""


@click.command(
    cls=Commands,
    params=shared_options(),
    help=_HELP + "\n".join(f"  {one.value:<4} {one.meaning}" for one in Exit),
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
)
@click.version_option(__version__, prog_name="ddb")
def ddb() -> None:
    """Read and write items of DynamoDB."""


def run() -> None:
    """Run `ddb`, and end with its exit status."""
    prepare_streams()
    with report_errors():
        check_stdout()
        sys.exit(_run_command(sys.argv[1:]))


def _run_command(arguments: list[str]) -> int:
    # This does not call `ddb.main`, which exits with status 1 if the reader of the output has ended.
    try:
        with ddb.make_context("ddb", arguments) as context:
            code: Exit = ddb.invoke(context)
            return code
    except click.exceptions.Exit as end:  # raised by --help and --version
        return end.exit_code
