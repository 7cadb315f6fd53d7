"""What type checkers and editors see of the package is what can be imported from it."""

from __future__ import annotations

import subprocess
import sys

import dynamo_document_builder
from tests.packaging.stub import NAMES, STUB, names_in


def test_the_stub_has_the_public_names_each_from_its_module() -> None:
    assert names_in(STUB.read_text()) == NAMES, "run: python tests/packaging/stub.py"


def test_a_star_import_brings_the_public_names_and_no_others() -> None:
    program = "from dynamo_document_builder import *; print(*sorted(n for n in globals() if not n.startswith('__')))"
    brought = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert brought.split() == sorted(dynamo_document_builder.__all__)


def test_a_name_that_is_not_exported_is_none_of_the_stub() -> None:
    assert names_in("from dynamo_document_builder.errors import UsageError\n") == {}
