"""What goes wrong between a client and DynamoDB, each as what a server says to one request after the other."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from email.utils import formatdate
from time import time
from typing import TYPE_CHECKING

from tests.fault_server import HANGS_UP, STAYS_SILENT, Reply, chunked, cut, dribbled, refuses, says

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fault_server import Seen

ATTEMPTS = 3
SHORT = 0.3
"""Seconds of a read timeout that passes while a test waits for it."""
SKEW = 20 * 60

ITEM = {"PK": {"S": "1"}, "SK": {"S": "META"}, "name": {"S": "Alice"}}
LARGE_ITEM = {**ITEM, "text": {"S": "0123456789abcdef" * 200_000}}
BODY = json.dumps({"Item": ITEM}).encode()
CHECKSUM = {"x-amz-crc32": str(zlib.crc32(BODY))}

FOUND = says(BODY)
DAMAGED = says(BODY.replace(b"Alice", b"Alicf"), headers=CHECKSUM)  # still JSON, so that only its checksum tells
FAILS = refuses("InternalServerError", status=500)
IN_HTML = says(b"<html>Service Unavailable</html>", 503, headers={"Content-Type": "text/html"}, checksum=False)
THROTTLES = refuses("ProvisionedThroughputExceededException")
CLOSES = says(BODY, headers={"Connection": "close"}, closes=True)
CONTINUES = Reply((b"HTTP/1.1 100 Continue\r\n\r\n", *FOUND.parts))
SAYS_TOO_MUCH = Reply((FOUND.text + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",))
OF_ANOTHER_TIME = refuses(
    "InvalidSignatureException",
    "Signature expired: 20260102T030405Z is now earlier than 20260102T031405Z",
    Date=formatdate(time() + SKEW, usegmt=True),
)


def refusing_token(expired: str) -> Callable[[Seen], Reply]:
    """Refuse one session token, and find the item with any other."""

    def reply(seen: Seen) -> Reply:
        if seen.headers.get("x-amz-security-token") == expired:
            return refuses("ExpiredTokenException", "The security token included in the request is expired")
        return FOUND

    return reply


@dataclass(frozen=True)
class Script:
    """What is said to the first requests. After that all is well."""

    replies: tuple[Reply, ...] = ()
    read_timeout: float = 5.0


SCRIPTS = {
    "no fault": Script(),
    "500 once": Script((FAILS,)),
    "500 always": Script((FAILS,) * ATTEMPTS),
    "503 in HTML once": Script((IN_HTML,)),
    "503 in HTML always": Script((IN_HTML,) * ATTEMPTS),
    "throttled once": Script((THROTTLES,)),
    "throttled always": Script((THROTTLES,) * ATTEMPTS),
    "refused": Script((refuses("ValidationException"),)),
    "wrong checksum once": Script((DAMAGED,)),
    "wrong checksum always": Script((DAMAGED,) * ATTEMPTS),
    "closed before any byte": Script((HANGS_UP,)),
    "closed before any byte always": Script((HANGS_UP,) * ATTEMPTS),
    "closed before any byte when reused": Script((FOUND, HANGS_UP)),
    "cut in the body": Script((cut(FOUND, 10),)),
    "cut in the body always": Script((cut(FOUND, 10),) * ATTEMPTS),
    "cut in the body without checksum": Script((cut(says(BODY, checksum=False), 10),)),
    "cut in the head": Script((cut(FOUND, len(BODY) + 30),)),
    "closed when idle": Script((Reply(FOUND.parts, closes=True),)),
    "Connection: close": Script((CLOSES,)),
    "silent once": Script((STAYS_SILENT,), SHORT),
    "silent always": Script((STAYS_SILENT,) * ATTEMPTS, SHORT),
    "chunked": Script((chunked(BODY, 1, 20, 3),)),
    "dribbled": Script((dribbled(FOUND, 12, 1.5 * SHORT),), SHORT),
    "zipped": Script((says(gzip.compress(BODY), headers={"Content-Encoding": "gzip"}),)),
    "large": Script((says(json.dumps({"Item": LARGE_ITEM}).encode()),)),
    "100 Continue first": Script((CONTINUES,)),
    "more than the answer": Script((SAYS_TOO_MUCH,)),
    "no HTTP": Script((Reply((b"SSH-2.0-OpenSSH_9.6\r\n",), closes=True),)),
    "another time": Script((OF_ANOTHER_TIME,)),
}
