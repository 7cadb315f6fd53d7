"""The command line: `ddb`, or `python -m dynamo_document_builder`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, or say what it needs."""
    try:
        from dynamo_document_builder.cli.app import run  # noqa: PLC0415  it needs packages that the library does not
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"click", "rich"}:
            raise
        sys.exit("ddb needs the extra cli: pip install 'dynamo-document-builder[cli]'")
    run()


if __name__ == "__main__":
    main()
