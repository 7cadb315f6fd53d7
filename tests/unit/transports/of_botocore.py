"""What depends on the version of botocore that is installed."""

from __future__ import annotations

import botocore
import pytest

VERSION = tuple(map(int, botocore.__version__.split(".")[:2]))

retries_as_now = pytest.mark.skipif(
    VERSION < (1, 44),
    reason="botocore retried otherwise before 1.44",
)
"""Mark a comparison with the retries of botocore: the direct transport retries as botocore does since 1.44."""
