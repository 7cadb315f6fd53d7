"""
The layers of the library: who may import whom, and what an import brings with it.

The rules are read off the source, so that a forbidden import fails here even where it would happen to work.
"""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "dynamo_document_builder"
ROOT = Path(__file__).parent.parent / "src" / PACKAGE
MAX_LINES = 400

SHARED = {"errors", "wire", "schema", "expressions", "model"}
FAMILIES = {"transactions", "batches", "paging", "reports"}
"""What the commands of one family share; the families know nothing of each other."""

MAY_IMPORT = {
    "_names": set[str](),
    "_version": set[str](),
    "errors": set[str](),
    "wire": {"errors"},
    "schema": {"errors", "wire"},
    "codecs": {"errors", "wire", "schema"},
    "expressions": {"errors", "wire", "schema"},
    "model": {"errors", "wire", "schema", "expressions"},
    "transactions": SHARED,
    "batches": SHARED,
    "paging": SHARED,
    "display": set[str](),
    "reports": SHARED | {"display"},
    "commands": SHARED | FAMILIES,
    "explain": SHARED | FAMILIES | {"commands", "display"},
    "rehearsal": SHARED | FAMILIES | {"commands", "display"},
    "cost": SHARED | FAMILIES | {"explain"},
    "changesets": SHARED | FAMILIES | {"commands", "display"},
    "facade": SHARED | FAMILIES | {"explain", "cost", "rehearsal"},
    "transports": SHARED | FAMILIES | {"_version"},
}
"""
For each layer, the lower ones. Commands, facade and transports stand side by side and never meet.

What looks at commands from outside stands above all of them; the facade's verbs load it when they are called.
"""

MAY_IMPORT["testing"] = set(MAY_IMPORT)
MAY_IMPORT["cli"] = set(MAY_IMPORT)
MAY_IMPORT["__main__"] = {"cli"}

SDKS = {"boto3", "botocore", "aiobotocore"}
MAY_IMPORT_AN_SDK = {"cli", "transports", "testing"}


@dataclass(frozen=True)
class Import:
    """One import statement's target, as the full name of a module."""

    importer: str
    line: int
    target: str

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target}"


def layer(module: str) -> str:
    """Return the part of a module's name that says its layer, empty for the root package."""
    return module.removeprefix(PACKAGE).removeprefix(".").partition(".")[0]


@cache
def modules() -> dict[str, Path]:
    return {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports() -> list[Import]:
    """Return every import in the library, wherever it stands: in a function and for type checkers only, too."""
    return [
        Import(name, node.lineno, target)
        for name, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text(), path))
        for target in targets(name, node)
    ]


def targets(importer: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = absolute(importer, node)
        for alias in node.names:  # `from package import name` imports the module of that name if there is one
            inner = f"{base}.{alias.name}"
            yield inner if inner in modules() else base


def absolute(importer: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    is_package = modules()[importer].name == "__init__.py"
    parents = importer.split(".")
    anchor = parents[: len(parents) - node.level + is_package]
    return ".".join([*anchor, *([node.module] if node.module else [])])


def inside() -> list[Import]:
    """Return the imports of one of our modules by another; the root is left out, as it only names things lazily."""
    return [i for i in imports() if i.target.split(".")[0] == PACKAGE and layer(i.importer)]


def public_commands() -> list[str]:
    return [m for m in modules() if m.startswith(f"{PACKAGE}.commands.") and not m.rpartition(".")[2].startswith("_")]


def assert_none(wrong: list[str]) -> None:
    assert not wrong, "\n".join(["", *wrong])


def test_every_module_is_in_a_layer() -> None:
    assert_none([m for m in modules() if layer(m) and layer(m) not in MAY_IMPORT])


def test_a_layer_imports_only_lower_ones() -> None:
    wrong = [
        str(i)
        for i in inside()
        if layer(i.target) != layer(i.importer) and layer(i.target) not in MAY_IMPORT[layer(i.importer)]
    ]
    assert_none(wrong)


def test_a_command_imports_no_other_command() -> None:
    package = f"{PACKAGE}.commands"
    commands = {package, *public_commands()}
    importers = [i for i in inside() if layer(i.importer) == "commands" and i.importer != package]
    assert_none([str(i) for i in importers if i.target in commands])


def test_only_transports_know_an_sdk() -> None:
    wrong = [i for i in imports() if i.target.split(".")[0] in SDKS and layer(i.importer) not in MAY_IMPORT_AN_SDK]
    assert_none([str(i) for i in wrong])


def test_no_module_imports_itself_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for i in inside():
        graph.setdefault(i.importer, set()).add(i.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" is imported by ".join(error.args[1]))


def test_no_module_is_too_long_to_read() -> None:
    lengths = {name: len(path.read_text().splitlines()) for name, path in modules().items()}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def loaded_by(statement: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after one statement."""
    program = f"import sys\n{statement}\nprint(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


def sdk_modules(loaded: set[str]) -> set[str]:
    return {module for module in loaded if module.split(".")[0] in SDKS}


@pytest.mark.parametrize("command", public_commands())
def test_importing_one_command_loads_no_other_and_no_sdk(command: str) -> None:
    loaded = loaded_by(f"import {command}")
    assert loaded & set(public_commands()) == {command}
    assert {module for module in loaded if module.startswith(PACKAGE)} & layers_beside_commands() == set()
    assert sdk_modules(loaded) == set()


def layers_beside_commands() -> set[str]:
    return {
        module
        for module in modules()
        if layer(module) in {"cost", "explain", "facade", "rehearsal", "transports", "testing"}
    }


def test_importing_transact_write_by_name_loads_no_other_command() -> None:
    module = f"{PACKAGE}.commands.transact_write"
    loaded = loaded_by(f"from {module} import TransactWrite")
    assert loaded & set(public_commands()) == {module}


@pytest.mark.parametrize("command", ["put", "transact_write", "table_transact_write"])
def test_importing_a_command_loads_nothing_that_only_a_failure_needs(command: str) -> None:
    loaded = loaded_by(f"import {PACKAGE}.commands.{command}")
    late = {"errors.clauses", "expressions.evaluation.evaluate", "model.writing.verdicts", "transactions.cancellation"}
    assert loaded & {f"{PACKAGE}.{module}" for module in late} == set()


def test_importing_the_root_loads_no_command_and_no_sdk() -> None:
    loaded = loaded_by(f"import {PACKAGE}")
    assert loaded & (set(public_commands()) | layers_beside_commands()) == set()
    assert sdk_modules(loaded) == set()


def test_every_public_name_resolves_and_is_listed() -> None:
    package = importlib.import_module(PACKAGE)
    assert [name for name in package.__all__ if getattr(package, name, None) is None] == []
    assert set(package.__all__) <= set(dir(package))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Putt"):
        _ = importlib.import_module(PACKAGE).Putt


def test_no_public_name_is_the_name_of_a_module_it_would_hide() -> None:
    """Under lazy loading such a name would give the module once that is loaded."""
    names = importlib.import_module(PACKAGE).__all__
    assert [name for name in names if f"{PACKAGE}.{name}" in modules()] == []
