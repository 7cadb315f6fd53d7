"""Each error carries the address of its row on the page that says what to do, once, and not in its text."""

from __future__ import annotations

import copy
import pickle
import tomllib
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import dynamo_document_builder as ddb
from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.errors.links import CODES_WITH_A_ROW, LOOKUP_PAGE, SITE
from dynamo_document_builder.transports.http.configuration.credentials import NoCredentialsError
from tests.unit.play import play, refused
from tests.unit.things import ALICE, users

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = Path(__file__).parent.parent.parent


def link(row: str) -> str:
    return f"For what was written and what to do, see {LOOKUP_PAGE}#{row}"


ERRORS = [getattr(ddb, name)("text") for name in ddb.__all__ if name.endswith("Error")]
each = pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)


@each
def test_an_error_has_a_note_with_the_address_of_its_row(error: Exception) -> None:
    assert error.__notes__ == [link(type(error).__name__)]
    assert SITE not in str(error)
    assert SITE not in repr(error)


@each
@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])  # noqa: S301
def test_a_copy_has_the_note_once_and_notes_of_its_own(error: Exception, copied: Callable[[Any], Any]) -> None:
    again = copied(copied(error))
    assert again.__notes__ == error.__notes__
    again.add_note("of the copy")
    assert len(error.__notes__) == 1


def test_an_error_that_is_raised_again_has_the_note_once() -> None:
    error = ddb.UsageError("text")
    for _ in range(2):
        with pytest.raises(ddb.UsageError) as caught:
            raise error
        assert caught.value.__notes__ == [link("UsageError")]


def test_an_error_that_a_command_completes_has_the_note_once() -> None:
    write = ddb.Put(ALICE, condition=ddb.item_not_exists())
    with pytest.raises(ddb.ConditionFailedError) as caught:
        play(write.__flow__(users.__model__), refused("ConditionalCheckFailedException"))
    assert caught.value.__notes__ == [link("ConditionFailedError")]


def test_a_traceback_shows_the_address_once() -> None:
    shown = "".join(traceback.format_exception(ddb.TableNotFoundError("text")))
    assert shown.count(SITE) == 1


@pytest.mark.parametrize("code", sorted(CODES_WITH_A_ROW))
def test_a_code_without_a_class_has_the_row_of_the_code(code: str) -> None:
    assert ddb.ServiceError("text", fault=Fault(code)).__notes__ == [link(code)]


def test_a_code_that_the_page_does_not_have_has_the_row_of_the_class() -> None:
    assert ddb.ServiceError("text", fault=Fault("NewException")).__notes__ == [link("ServiceError")]


def test_a_subclass_has_the_row_of_the_class_of_the_library() -> None:
    class OutOfStockError(ddb.ConditionFailedError):
        pass

    assert OutOfStockError("text").__notes__ == [link("ConditionFailedError")]
    assert NoCredentialsError("text").__notes__ == [link("NoCredentialsError")]


def test_the_address_is_that_of_the_page() -> None:
    [page] = (PROJECT / "docs").rglob("look-up-an-error.md")
    path = page.relative_to(PROJECT / "docs").with_suffix("").as_posix()
    assert f"{SITE}en/latest/{path}/" == LOOKUP_PAGE


def test_the_site_is_the_one_that_the_package_names() -> None:
    urls = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["urls"]
    assert urls["Documentation"] == SITE
    assert urls["Changelog"].startswith(f"{SITE}en/latest/")
