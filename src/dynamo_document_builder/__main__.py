"""The command line: `ddb`, or `python -m dynamo_document_builder`."""

from __future__ import annotations

import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command line, or say what it needs."""
    if any(find_spec(name) is None for name in ("click", "rich")):
        sys.exit("ddb needs the extra cli: pip install 'dynamo-document-builder[cli]'")
    from dynamo_document_builder.cli.app import run  # noqa: PLC0415  lazy import: it needs the extra `cli`

    run()


if __name__ == "__main__":
    main()
