"""Binary values: base64 text, the form of bytes in DynamoDB JSON."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64  # `base64` wraps these functions, and takes longer to import


def base64_text(value: bytes | bytearray | memoryview) -> str:
    """Return bytes as base64 text."""
    return b2a_base64(value, newline=False).decode()


def read_base64(text: str) -> bytes:
    """Return the bytes of base64 text; raises `ValueError` for any other text."""
    return a2b_base64(text, strict_mode=True)


def canonical_base64(text: str) -> str:
    """Return base64 text as DynamoDB returns it; raises `ValueError` for any other text."""
    return base64_text(read_base64(text))
