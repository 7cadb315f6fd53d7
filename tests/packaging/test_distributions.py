"""What is published: its files, its metadata, and that it works where nothing else is installed."""

from __future__ import annotations

import tarfile
import tomllib
from email import message_from_string
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

import dynamo_document_builder
from tests.packaging.distributions import PROJECT, Built, build, install
from tests.test_docs import blocks_of

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

pytestmark = pytest.mark.timeout(600)  # a slow index, or a machine with much to do

PACKAGE = PROJECT / "src" / "dynamo_document_builder"
SITE = "https://dynamo-document-builder.readthedocs.io/"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def metadata(built: Built) -> Message:
    with ZipFile(built.wheel) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_string(wheel.read(name).decode())


def test_the_wheel_has_the_files_of_the_package_and_no_others(built: Built) -> None:
    with ZipFile(built.wheel) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    files = [path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert names == {path.relative_to(PACKAGE.parent).as_posix() for path in files}
    assert "dynamo_document_builder/py.typed" in names


def test_the_source_distribution_has_what_tests_and_readers_need(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    pages = {f"{name}.md" for name in ("CHANGELOG", "CONTRIBUTING", "README", "SECURITY")}
    assert {*pages, "LICENSE", "Makefile", "mkdocs.yml", "tests/conftest.py", "docs/index.md"} <= names
    assert [name for name in names if "__pycache__" in name or name.startswith((".venv", "site/"))] == []


def test_the_metadata_says_what_installers_and_readers_need(metadata: Message) -> None:
    assert metadata["Name"] == "dynamo-document-builder"
    assert metadata["Version"] == dynamo_document_builder.__version__
    assert (metadata["License-Expression"], metadata["License-File"]) == ("MIT", "LICENSE")
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Provides-Extra", [])) == {"cli", "direct", "otel", "pydantic"}


def test_the_addresses_are_pages_of_the_documentation(metadata: Message) -> None:
    addresses = [entry.partition(", ")[2] for entry in metadata.get_all("Project-URL", [])]
    assert SITE in addresses
    pages = [address.removeprefix(f"{SITE}en/latest/") for address in addresses if address != SITE]
    assert [page for page in pages if not (PROJECT / "docs" / f"{page.rstrip('/')}.md").is_file()] == []


def test_the_links_of_the_readme_are_pages_of_the_documentation() -> None:
    text = (PROJECT / "README.md").read_text()
    pages = [part.partition(")")[0] for part in text.split(f"]({SITE}en/latest/")[1:]]
    assert len(pages) > 10
    assert [page for page in pages if not (PROJECT / "docs" / f"{page.rstrip('/')}.md").is_file()] == []


def test_no_tool_of_development_is_an_extra() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert {"dev", "docs", "test"} <= set(project["dependency-groups"])
    assert set(project["dependency-groups"]) & set(project["project"]["optional-dependencies"]) == set()


def test_the_installed_library_and_its_command_line_work_alone(built: Built, tmp_path: Path) -> None:
    installed = install(built.wheel, tmp_path / "empty")
    version = dynamo_document_builder.__version__
    program = "import dynamo_document_builder as library; print(library.__version__, library.__file__)"
    found, _, path = installed.run("python", "-I", "-c", program).strip().partition(" ")
    assert found == version
    assert path.startswith(str(installed.root))
    assert installed.run("ddb", "--version") == f"ddb, version {version}\n"
    assert "Commands:" in installed.run("ddb", "--help")
    readme, shown = program_of("README.md")
    (installed.root / "readme.py").write_text(readme)
    assert installed.run("python", "-I", str(installed.root / "readme.py")) == shown


def program_of(page: str) -> tuple[str, str]:
    """Return the Python blocks of a page as one program, and what the page says that they print."""
    blocks = blocks_of(page, (PROJECT / page).read_text())
    program = "\n".join(block.text for block in blocks if block.language == "python")
    return program, "".join(f"{block.text}\n" for block in blocks if block.comment == "output")
