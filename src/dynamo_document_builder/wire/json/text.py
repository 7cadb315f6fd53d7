"""
JSON text: quoting of strings, and `json.loads` and `json.dumps`.

Requests are written by generated code and responses are read by msgspec, so `json` is imported on first use only.
"""

from typing import Any

try:  # the C function behind `json.encoder`
    from _json import encode_basestring as quote
except ImportError:  # an interpreter without it
    from json.encoder import encode_basestring as quote

__all__ = ["quote", "read_json", "write_json"]


def read_json(text: str | bytes) -> Any:
    """Parse JSON, as `json.loads` does."""
    import json  # noqa: PLC0415  lazy import: 4 ms, and most programs do not need it

    return json.loads(text)


def write_json(value: object) -> str:
    """Write JSON, as `json.dumps` does."""
    import json  # noqa: PLC0415  lazy import: 4 ms, and most programs do not need it

    return json.dumps(value)
