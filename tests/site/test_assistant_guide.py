"""The guide for coding assistants: each idiom works, and each mistake is refused with the very words on the page."""

from __future__ import annotations

import re
import sys
import types
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.programs import environment_of, inside, run
from tests.test_docs import GUIDE, PROJECT

if TYPE_CHECKING:
    from pathlib import Path

TEXT = GUIDE.read_text()
SECTIONS = {part.partition("\n")[0]: part for part in TEXT.split("\n## ")}
CELL_END = re.compile(r"` \| `")


def rows_under(heading: str) -> list[list[str]]:
    lines = [line for line in SECTIONS[heading].splitlines() if line.startswith("|")][2:]
    return [CELL_END.split(line.removeprefix("| `").removesuffix("` |")) for line in lines]


IDIOMS = [line.rpartition(" | `")[2].removesuffix("` |") for line in SECTIONS["Idioms"].splitlines() if "| `" in line]
MISTAKES = rows_under("Mistakes that are refused")


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the program of the guide, against an engine of its own."""
    found = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    module = types.ModuleType("the_guide")
    monkeypatch.setitem(sys.modules, module.__name__, module)  # where the annotations of its classes are looked up
    exec(compile(found[1], GUIDE, "exec"), module.__dict__)  # noqa: S102  the code is our own
    return module.__dict__


def test_the_idioms_work(program: dict[str, Any]) -> None:
    assert len(IDIOMS) > 5
    for idiom in IDIOMS:
        exec(idiom, program)  # noqa: S102  the same


@pytest.mark.parametrize(("wrong", "said", "right"), MISTAKES, ids=[wrong for wrong, _, _ in MISTAKES])
def test_a_mistake_is_refused_with_these_words(program: dict[str, Any], wrong: str, said: str, right: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011  the whole text is compared
        eval(wrong, program)  # noqa: S307  the code is our own
    assert f"{type(caught.value).__name__}: {caught.value}" == said
    eval(right, program)  # noqa: S307  the same


def test_no_mistake_writes_anything(program: dict[str, Any]) -> None:
    engine = program["table"].__connection__.transport
    before = engine.items("app")
    for wrong, _, _ in MISTAKES:
        with pytest.raises(Exception):  # noqa: B017, PT011  which one it is, is tested above
            eval(wrong, program)  # noqa: S307  the code is our own
    assert engine.items("app") == before


def test_ddb_prints_the_guide_without_a_connection_as_plain_text(tmp_path: Path) -> None:
    done = run(environment_of(), tmp_path, "guide")
    assert (done.code, done.err) == (0, "")
    assert done.text == TEXT
    assert "\x1b" not in done.text


def test_the_help_names_it() -> None:
    assert "guide" in inside("--help").text


def test_the_guide_is_data_of_the_package() -> None:
    assert files("dynamo_document_builder").joinpath("guide.md").read_text("utf-8") == TEXT


def test_the_page_of_the_documentation_is_the_guide() -> None:
    [page] = (PROJECT / "docs").rglob("assistants.md")
    assert page.read_text() == f'--8<-- "{GUIDE.relative_to(PROJECT).as_posix()}"\n'
