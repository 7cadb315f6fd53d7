"""The page of errors has a row, with an anchor, for each class and each code that the library knows."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import botocore.exceptions
import pytest

import dynamo_document_builder as ddb
from dynamo_document_builder.errors.codes import CONTENTION_CODES, INCONCLUSIVE_CODES, RETRYABLE_CODES, THROTTLING_CODES
from dynamo_document_builder.errors.links import CODES_WITH_A_ROW
from dynamo_document_builder.transports.errors import ERROR_CLASSES
from dynamo_document_builder.transports.http.signing import SKEW_CODES

if TYPE_CHECKING:
    from collections.abc import Iterator

[PAGE] = (Path(__file__).parent.parent.parent / "docs").rglob("look-up-an-error.md")
ROW = re.compile(r"^\| `(?P<name>[\w.]+)`\{ #(?P<anchor>[\w-]+) \} \| (?P<cells>.+) \|$")


class Row(NamedTuple):
    name: str
    anchor: str
    cells: list[str]


def rows_under(heading: str) -> list[Row]:
    [section] = [part for part in PAGE.read_text().split("\n## ") if part.startswith(f"{heading}\n")]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [row_of(line) for line in lines]


def row_of(line: str) -> Row:
    found = ROW.match(line)
    assert found is not None, f"this row does not begin with a name and its anchor: {line}"
    return Row(found["name"], found["anchor"], [cell.strip() for cell in re.split(r"(?<!\\)\|", found["cells"])])


CLASSES = rows_under("Errors of the library")
CODES = rows_under("Codes of DynamoDB")
REASONS = rows_under("Reasons of a cancelled transaction")
OF_BOTO3 = rows_under("Errors of boto3")
ALL = CLASSES + CODES + REASONS + OF_BOTO3


def subclasses(cls: type) -> Iterator[type]:
    for one in cls.__subclasses__():
        yield one
        yield from subclasses(one)


def names(rows: list[Row]) -> list[str]:
    return [row.name for row in rows]


def test_each_class_of_the_library_has_one_row() -> None:
    for module in pkgutil.walk_packages(ddb.__path__, f"{ddb.__name__}."):
        if module.name != f"{ddb.__name__}.__main__":
            importlib.import_module(module.name)
    defined = {
        cls.__name__
        for cls in [ddb.DocumentBuilderError, *subclasses(ddb.DocumentBuilderError)]
        if cls.__module__.startswith(f"{ddb.__name__}.")
    }
    assert sorted(names(CLASSES)) == sorted(defined)
    assert {name for name in ddb.__all__ if name.endswith("Error")} <= defined


def test_each_code_that_the_library_knows_has_one_row() -> None:
    known = CODES_WITH_A_ROW | INCONCLUSIVE_CODES | RETRYABLE_CODES | CONTENTION_CODES | THROTTLING_CODES | SKEW_CODES
    assert set(names(CODES + REASONS)) >= known | ERROR_CLASSES.keys()
    assert set(names(CODES)) == CODES_WITH_A_ROW | ERROR_CLASSES.keys() - set(names(REASONS))


def test_each_row_has_an_anchor_of_its_own_with_its_name() -> None:
    assert len({row.anchor for row in ALL}) == len(ALL)
    for row in CLASSES + CODES + REASONS:
        assert row.anchor == row.name


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.anchor)
def test_a_row_says_what_happened_whether_anything_was_written_and_what_to_do(row: Row) -> None:
    happened, written, to_do = row.cells
    assert all([happened, written, to_do])


@pytest.mark.parametrize("row", CODES, ids=lambda row: row.name)
def test_the_row_of_a_code_that_has_a_class_names_it(row: Row) -> None:
    expected = ERROR_CLASSES.get(row.name)
    assert re.findall(r"It is an? \[`(\w+)`\]", row.cells[2]) == ([expected.__name__] if expected else [])


@pytest.mark.parametrize("row", OF_BOTO3, ids=lambda row: row.name)
def test_an_error_of_boto3_has_the_name_that_botocore_gives_it(row: Row) -> None:
    assert issubclass(getattr(botocore.exceptions, row.name.rpartition(".")[2]), Exception)


def test_a_row_that_leaves_it_open_is_one_that_the_library_leaves_open() -> None:
    """The classes are asked, not the page."""
    said = {row.name for row in CLASSES if "Perhaps" in row.cells[1]}
    assert said == {"OutcomeUnknownError", "TransactionInProgressError"}
    assert all(getattr(ddb, name)("text").is_open for name in said)
