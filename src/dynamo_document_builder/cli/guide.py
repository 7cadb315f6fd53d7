"""The command `guide`, which prints a page of the documentation for coding assistants."""

from __future__ import annotations

from importlib.resources import files

import click

from dynamo_document_builder.cli.exit_status import Exit
from dynamo_document_builder.cli.output import print_data


@click.command
def guide() -> Exit:
    """Print the guide for coding assistants, as Markdown. Nothing is sent."""
    print_data(files("dynamo_document_builder").joinpath("guide.md").read_text("utf-8").rstrip("\n"))
    return Exit.OK
