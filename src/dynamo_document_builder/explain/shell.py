"""A request as a shell command for the AWS command line interface."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any, Final

from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

_LONGEST: Final = 100_000
"""Linux allows 128 KB for one argument of a program."""
_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")
_BINARY: Final = frozenset({"B", "BS"})


def shell_command(operation: str, body: str) -> str:
    """Return the command that sends a request, for sh, bash and zsh. A very long request goes through a file."""
    command = f"aws dynamodb {_WORD.sub('-', operation).lower()}{_binary_option(body)}"
    if len(body.encode()) > _LONGEST:
        # A file and not standard input, because the tool reads its input more than once.
        written = f"request=$(mktemp) && cat >\"$request\" <<'JSON'\n{body}\nJSON"
        return f'{written}\n{command} --cli-input-json "file://$request"; rm "$request"'
    return f"{command} --cli-input-json {shlex.quote(body)}"


def _binary_option(body: str) -> str:
    # The default of version 2 of the tool. Version 1 would send the base64 text as the bytes; it refuses the option.
    return " --cli-binary-format base64" if _has_binary(json.loads(body)) else ""


def _has_binary(value: Any) -> bool:
    if is_mapping(value):
        return not _BINARY.isdisjoint(value) or any(map(_has_binary, value.values()))
    return is_sequence(value) and any(map(_has_binary, value))
