"""The engine the benchmarks talk to: dynoxide, in memory, on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DYNOXIDE = Path(__file__).parent.parent / ".engine/node_modules/@dynoxide/linux-x64/dynoxide"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "us-east-1"}
READY_WITHIN = 20.0


@contextmanager
def endpoint() -> Iterator[str]:
    """Give the endpoint of an engine: the one at `DYNAMODB_ENDPOINT`, or a fresh one of our own."""
    os.environ.update(CREDENTIALS)
    given = os.environ.get("DYNAMODB_ENDPOINT")
    if given is not None:
        yield given
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen([DYNOXIDE, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            run.terminate()


def _wait(port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"no engine at port {port}")


def client_of(url: str, **options: Any) -> Any:
    """Return a boto3 client of the engine."""
    import boto3

    return boto3.client("dynamodb", endpoint_url=url, **options)
