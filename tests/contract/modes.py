"""Which mode of the transport a test runs through, where both would be one too many."""

import pytest

WIRE = pytest.mark.parametrize("transport", [True], ids=["wire"], indirect=True)
"""For many cases of one thing; a test beside them takes all of it through both modes."""
