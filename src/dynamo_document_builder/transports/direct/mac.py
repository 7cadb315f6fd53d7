"""
HMAC-SHA256 by a key that many texts are signed with.

https://www.rfc-editor.org/rfc/rfc2104
`hmac.digest` prepares its key, and looks its functions up in OpenSSL, at every call: after a wait for the network, when
nothing of that is in the processor's caches any more, it took a third of the time of a signature. A copy of an
`hmac.HMAC` takes two to three times as long as this.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

_BLOCK: Final = 64
_INNER, _OUTER = 0x36, 0x5C


class Mac:
    """Says who wrote a text: somebody who has the key."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        if len(key) > _BLOCK:
            key = sha256(key).digest()
        self._inner = sha256(_padded(key, _INNER))
        self._outer = sha256(_padded(key, _OUTER))

    def digest(self, text: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.digest()


def _padded(key: bytes, pad: int) -> bytes:
    return bytes([byte ^ pad for byte in key.ljust(_BLOCK, b"\0")])
