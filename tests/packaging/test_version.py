"""One version: in the package, in the command line, and in what a transport tells AWS."""

from __future__ import annotations

import re
import subprocess
import sys

import dynamo_document_builder
from dynamo_document_builder.transports.http.configuration.settings import user_agent

VERSION = dynamo_document_builder.__version__


def test_the_version_is_one_that_installers_can_compare() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", VERSION)


def test_the_command_line_prints_the_version() -> None:
    ddb = [sys.executable, "-m", "dynamo_document_builder", "--version"]
    printed = subprocess.run(ddb, check=True, capture_output=True, text=True).stdout
    assert printed == f"ddb, version {VERSION}\n"


def test_the_user_agent_has_the_version() -> None:
    assert user_agent().startswith(f"dynamo-document-builder/{VERSION} ")


def test_the_version_is_no_name_that_a_star_import_brings() -> None:
    assert "__version__" not in dynamo_document_builder.__all__
    assert "__version__" in dir(dynamo_document_builder)
