"""
The header `amz-sdk-invocation-id`: a UUID that all attempts of one request share.

`str(uuid.uuid4())` would take 6 % of the instructions of a put, most of them for a `UUID` object that is not used.
"""

from __future__ import annotations

import os


def new_invocation_id() -> str:
    """Return 128 random bits in the format of a UUID."""
    text = os.urandom(16).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
