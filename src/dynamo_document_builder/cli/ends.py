"""How a program ends: which number says what, and which words a mistake is told with."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING

import click
from botocore.exceptions import BotoCoreError

from dynamo_document_builder.errors import (
    DefinitionError,
    DocumentBuilderError,
    NoAnswerError,
    OutcomeUnknownError,
    StoredItemError,
    UsageError,
)
from dynamo_document_builder.model.unfit import ADVICE

if TYPE_CHECKING:
    from collections.abc import Generator


class Exit(IntEnum):
    """What the number that a program ends with says."""

    OK = 0
    """It was done; of a condition: it passes."""
    NO = 1
    """It was asked, and the answer is no: nothing found, a condition that fails, a question answered with no."""
    USAGE = 2
    """It was asked in a wrong way; nothing was sent."""
    REFUSED = 3
    """DynamoDB refused it; nothing was written."""
    UNKNOWN = 4
    """It is not known whether something was written."""
    UNREACHED = 5
    """No answer came, or none could be asked for: no connection, no credentials. Nothing was written."""
    INTERRUPTED = 130


@contextmanager
def told() -> Generator[None]:
    """Tell an error in one message, with the number that fits; a mistake of the program itself stays as it is."""
    try:
        yield
    except OutcomeUnknownError as error:
        _end(f"{error}", Exit.UNKNOWN)
    except (UsageError, DefinitionError) as error:
        _end(f"{error}", Exit.USAGE)
    except (NoAnswerError, BotoCoreError) as error:
        _end(f"{error}", Exit.UNREACHED)
    except StoredItemError as error:
        _end(f"{error}".replace(ADVICE, "--on-unfit skip or --on-unfit collect goes on"), Exit.REFUSED)
    except DocumentBuilderError as error:
        _end(f"{error}", Exit.REFUSED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _end("interrupted", Exit.INTERRUPTED)
    except BrokenPipeError:  # whoever read has seen enough
        sys.stderr.close()
        sys.exit(Exit.OK)


def _end(text: str, code: Exit) -> None:
    click.echo(f"ddb: {text}", err=True)
    sys.exit(code)
