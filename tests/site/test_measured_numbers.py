"""The pages name numbers of the benchmarks: those of the run whose results are in the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
RESULTS = set(re.findall(r"[\d,.]+", (PROJECT / "benchmarks/RESULTS.md").read_text()))
PAGES = [
    page for name in ("performance", "aws-lambda", "sync-and-async") for page in (PROJECT / "docs").rglob(f"{name}.md")
]
MEASURED = re.compile(r"(?<![\d,.])(\d[\d,]*)(?= (?:µs|ms|MB)\b)|(?<=\| )(\d[\d,]*)(?= \|)")


def measured(page: Path) -> list[str]:
    """Return the numbers in the rows of tables that have a unit, or a cell of their own."""
    rows = [line for line in page.read_text().splitlines() if line.startswith("| ")]
    said = [line for line in page.read_text().splitlines() if "gets per second" in line]
    found = [one or other for row in rows for one, other in MEASURED.findall(row)]
    return found + [number for line in said for number in re.findall(r"\b\d{3}\b|\b\d+,\d+\b", line)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_numbers_of_a_page_are_those_of_the_last_run(page: Path) -> None:
    numbers = measured(page)
    assert numbers
    assert set(numbers) <= RESULTS
