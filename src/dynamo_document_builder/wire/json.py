"""Writing JSON text: one function, because everything else is written in place."""

try:
    # The C function behind `json.encoder`, without the rest of `json`, which most programs never need of us.
    from _json import encode_basestring as quote
except ImportError:  # an interpreter without it
    from json.encoder import encode_basestring as quote

__all__ = ["quote"]
