"""Fixtures that send everything without an SDK: contract tests that are imported here run as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=[True], ids=["http"])
def transport(client: Any) -> Iterator[HttpTransport]:
    with HttpTransport.from_client(client) as opened:
        yield opened
