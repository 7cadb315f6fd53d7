"""Writing JSON text: one function, because everything else is written in place."""

from json.encoder import encode_basestring as quote

__all__ = ["quote"]
