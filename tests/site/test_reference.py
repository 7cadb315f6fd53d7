"""Every attribute and parameter that the reference shows is described there."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

import griffe
import pytest

import dynamo_document_builder
import dynamo_document_builder.testing
from tests.site.conftest import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

HOOK = PROJECT / "docs/hooks/reference.py"
PACKAGE = "dynamo_document_builder"
LISTS = {griffe.DocstringSectionKind.parameters, griffe.DocstringSectionKind.attributes}


def load(module: str, folder: Any) -> griffe.Module:
    loader = griffe.GriffeLoader(
        search_paths=[folder], extensions=griffe.load_extensions(str(HOOK)), docstring_parser="google"
    )
    loaded = loader.load(module)
    assert isinstance(loaded, griffe.Module)
    return loaded


def undescribed(cls: griffe.Class) -> Iterator[str]:
    """Yield the fields and attributes of a class without a text, inherited ones too."""
    for section in cls.docstring.parsed if cls.docstring else []:
        if section.kind in LISTS:
            yield from (one.name for one in section.value if not one.description)
    for owner in (cls, *cls.mro()):
        for name, member in owner.members.items():
            is_constant = "instance-attribute" not in member.labels and "property" not in member.labels
            if isinstance(member, griffe.Attribute) and not (is_constant or member.docstring or name.startswith("_")):
                yield name


@pytest.fixture(scope="module")
def package() -> griffe.Module:
    return load(PACKAGE, PROJECT / "src")


def public_classes() -> list[type]:
    modules = dynamo_document_builder, dynamo_document_builder.testing
    found = [getattr(module, name) for module in modules for name in module.__all__]
    return [one for one in found if isinstance(one, type)]


@pytest.mark.parametrize("public", public_classes(), ids=lambda one: one.__name__)
def test_every_attribute_of_a_public_class_is_described(package: griffe.Module, public: type) -> None:
    cls = package[f"{public.__module__}.{public.__name__}".removeprefix(f"{PACKAGE}.")]
    assert list(undescribed(cls)) == []


def test_the_lists_of_names_have_no_name_that_is_gone() -> None:
    hook = runpy.run_path(str(HOOK))
    loaded = griffe.GriffeLoader(search_paths=[PROJECT / "src"]).load(PACKAGE)
    assert isinstance(loaded, griffe.Module)
    classes = list(hook["_classes"](list(hook["_objects"](loaded))))
    assert hook["CONSTRUCTED"] <= {cls.name for cls in classes}
    assert hook["INTERNAL"] <= {name for cls in classes for name in cls.members}


EXAMPLE = '''
from attrs import field, frozen


@frozen
class Base:
    """A base."""

    timeout: float | None = field(default=None, kw_only=True)
    """Seconds."""


@frozen
class Command(Base):
    """
    A command.

    Example:
        >>> Command(1)

    """

    key: int
    """The key."""
    label: str = field(default="", kw_only=True)
    secret: int = field(default=0, init=False)


class Failed(Exception):
    """An error."""

    def __init__(self, code: int) -> None:
        self.code = code
        """The code."""
        self.reason = ""
'''


@pytest.fixture
def example(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> griffe.Module:
    (tmp_path / "example_of_the_reference.py").write_text(EXAMPLE)
    monkeypatch.syspath_prepend(tmp_path)
    return load("example_of_the_reference", tmp_path)


def test_fields_become_a_signature_and_a_list_before_the_example(example: griffe.Module) -> None:
    command = example["Command"]
    assert [(one.name, one.kind.value, one.default) for one in command.parameters][1:] == [
        ("key", "positional or keyword", None),
        ("label", "keyword-only", "''"),
        ("timeout", "keyword-only", "None"),
    ]
    text, parameters, examples = command.docstring.parsed
    assert text.value == "A command."
    assert [(one.name, one.description) for one in parameters.value] == [
        ("key", "The key."),
        ("label", ""),
        ("timeout", "Seconds."),
    ]
    assert examples.kind is griffe.DocstringSectionKind.examples


def test_an_error_has_attributes_and_no_signature(example: griffe.Module) -> None:
    failed = example["Failed"]
    assert "__init__" not in failed.members
    assert [one.name for one in failed.docstring.parsed[1].value] == ["code"]


def test_what_is_not_described_is_found(example: griffe.Module) -> None:
    assert list(undescribed(example["Command"])) == ["label", "secret"]
    assert list(undescribed(example["Failed"])) == ["reason"]
