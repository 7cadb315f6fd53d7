"""The engine the benchmarks talk to: dynoxide, in memory, on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DYNOXIDE = Path(__file__).parent.parent / ".engine/node_modules/@dynoxide/linux-x64/dynoxide"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "us-east-1"}
READY_WITHIN = 20.0


@contextmanager
def endpoint(*, apart: bool = False) -> Iterator[str]:
    """
    Give the endpoint of an engine: the one at `DYNAMODB_ENDPOINT`, or a fresh one of our own.

    *apart*: it keeps to one processor, for a client that works at the same time. Were both anywhere, it would be
    measured who gets in whose way: some runs took twice as long as others, for all libraries.
    """
    os.environ.update(CREDENTIALS)
    given = os.environ.get("DYNAMODB_ENDPOINT")
    if given is not None:
        yield given
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [DYNOXIDE, "--port", str(port)]
    with _on_the_last_processor() if apart else nullcontext():
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with run:
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            run.terminate()


@contextmanager
def _on_the_last_processor() -> Iterator[None]:
    """Let what is started meanwhile run there alone, where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(processors)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, processors)


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
