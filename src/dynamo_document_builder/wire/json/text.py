"""
JSON text: how a string is written, and the rest of `json` when it is first needed.

Everything else is written in place, and answers are read by msgspec: most programs never load `json` for us.
"""

from typing import Any

try:  # the C function behind `json.encoder`
    from _json import encode_basestring as quote
except ImportError:  # an interpreter without it
    from json.encoder import encode_basestring as quote

__all__ = ["quote", "read_json", "write_json"]


def read_json(text: str | bytes) -> Any:
    """Do what `json.loads` does."""
    import json  # noqa: PLC0415  see above

    return json.loads(text)


def write_json(value: object) -> str:
    """Do what `json.dumps` does."""
    import json  # noqa: PLC0415  see above

    return json.dumps(value)
