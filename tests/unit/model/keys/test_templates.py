"""A template builds a key, reads it back, and tells its own keys from all others."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder import DefinitionError, UsageError
from tests.unit.model.keys.things import template, values


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("META", "META"),
        ("USER#{a}", "USER#x"),
        ("{a}", "x"),
        ("{a}#{b}", "x#y"),
        ("{a}::{n}", "x::7"),
        ("{{{a}}}", "{x}"),
        ("{day}{n:03d}", "2026-01-05007"),
        ("{state}|{kind}|{grade}", "open|p|10"),
        ("A{n:04d}B", "A0007B"),
        ("#{a}#", "#x#"),
    ],
)
def test_a_key_is_built_and_read_back(text: str, key: str) -> None:
    made = template(text)
    assert made.text(values()) == key
    assert made.parse(key) == {name: values()[name] for name in made.determined}
    assert made.fits(key)
    assert str(made) == text
    assert template(str(made)) == made


@pytest.mark.parametrize(
    ("text", "separators"),
    [
        ("META", ""),
        ("{a}", ""),
        ("USER#{a}", "#"),
        ("USER{a}", ""),
        ("{a}X{b}", "X"),
        ("#{a}:{b}", "#:"),
        ("U|{a}::{b}!", "!:|"),
    ],
)
def test_what_stands_around_a_field_separates(text: str, separators: str) -> None:
    assert template(text).separators == separators


@pytest.mark.parametrize("char", "#:!")
@pytest.mark.parametrize("name", ["a", "b"])
def test_text_with_a_separator_is_refused_in_every_field(name: str, char: str) -> None:
    with pytest.raises(UsageError, match=f"'{name}' contains '{char}', which separates the parts of the key"):
        template("#{a}:{b}!").text(values(**{name: f"x{char}y"}))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"a": ""}, "'a' is empty"),
        ({"a": None}, "'a' is None, and a key is built from values"),
        ({"a": "\U0010ffff"}, "'a' contains U\\+10FFFF or a lone surrogate"),
        ({"a": "\ud800"}, "'a' contains U\\+10FFFF or a lone surrogate"),
        ({"a": 5}, "'a' is of type int, not str"),
    ],
)
def test_what_a_key_cannot_hold_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        template("A#{a}").text(values(**more))


def test_no_message_shows_a_value() -> None:
    for more in ({"a": "s3cret#x"}, {"n": 10**9}):
        with pytest.raises(UsageError) as caught:
            template("#{a}#{n:04d}").text(values(**more))
        assert "s3cret" not in str(caught.value)
        assert "1000000000" not in str(caught.value)


@pytest.mark.parametrize(
    "key", ["A#x", "A#x#", "A##y", "A#x#y#", "A#x#y#z", "a#x#y", "A#x|y", "B#x#y", "", "A#x#\U0010ffff"]
)
def test_a_key_of_another_shape_is_foreign(key: str) -> None:
    made = template("A#{a}#{b}")
    assert made.parse(key) is None
    assert not made.fits(key)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("D#{day}", "D#2026-1-5"),
        ("D#{day}", "D#2026-02-30"),
        ("D#{at}", "D#2026-01-01T00:00:00.000Z"),
        ("D#{at}", "D#2026-01-01T01:00:00.000000+01:00"),
        ("D#{ref}", "D#00000000-0000-0000-0000-00000000000A"),
        ("D#{n}", "D#07"),
        ("D#{n}", "D#-0"),
        ("D#{n:04d}", "D#7"),
        ("D#{state}", "D#shut"),
        ("D#{cost}", "D#1.50"),
        ("D#{a:lower}", "D#ABC"),
    ],
)
def test_a_key_that_another_program_wrote_resembles_and_does_not_fit(text: str, key: str) -> None:
    made = template(text)
    assert not made.fits(key)
    assert made.is_number or text == "D#{a:lower}" or made.resembles(key)


@pytest.mark.parametrize("key", ["D#", "E#2026-01-05", "D2026-01-05"])
def test_a_key_with_other_literals_does_not_even_resemble(key: str) -> None:
    assert not template("D#{day}").resembles(key)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has at least one character"),
        ("{nope}", "{nope} is not a field"),
        ("{aa}", "{aa} is not a field; did you mean 'a'"),
        ("{a!r}", "{a} is not a field"),
        ("{}", "{} is not a field"),
        ("{a", "write {{ and }} for braces"),
        ("a}", "write {{ and }} for braces"),
        ("{a}{b}", "nothing tells where 'a' ends and 'b' begins; put a separator between them"),
        ("{n}{a}", "nothing tells where 'n' ends"),
        ("{a:rest}#{b}", "{a:rest} may contain anything, so nothing can follow it"),
        ("{n}0", "a value of 'n' may contain '0', which ends it; use another separator"),
        ("{cost}.{a}", "a value of 'cost' may contain '.', which ends it"),
        ("{state} {a}", "a value of 'state' may contain ' ', which ends it|cannot be written as {state}"),
        ("N#{n:number}", "{n:number} is a key of type number, so it stands alone; {n:06d} is text"),
        ("{a:06d}", "str cannot be written as {a:06d}; text takes lower, upper and rest"),
        ("{n:6d}", "whole numbers take 06d and the like, and number"),
        ("{n:lower}", "whole numbers take 06d"),
        ("{day:%H}", "dates take %Y, %m and %d"),
        ("{at:%B}", "datetimes take %Y, %m, %d, %H, %M and %S"),
        ("{flag}", "bool cannot be written as {flag}; declare the key with computed"),
        ("{ratio}", "cannot be written as {ratio}"),
        ("{raw}", "bytes cannot be written as {raw}"),
        ("\U0010ffff", "U+10FFFF"),
    ],
)
def test_what_cannot_be_a_template_is_refused(text: str, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        template(text)
    assert any(one in str(caught.value) for one in said.split("|"))


def test_a_field_that_is_none_gives_no_key_where_the_key_may_be_missing() -> None:
    assert template("E#{e}", sparse=True).text(values(e=None)) is None
    assert template("E#{e}", sparse=True).text(values(e="m")) == "E#m"
    with pytest.raises(UsageError, match="'e' is None"):
        template("E#{e}").text(values(e=None))
    assert template("E#{a}", sparse=True) == template("E#{a}")
    assert template("E#{e}", sparse=True) != template("E#{e}")


def test_what_a_key_does_not_tell_is_not_told() -> None:
    made = template("{a:lower}#{day:%Y}#{b}")
    assert made.reads == {"a", "day", "b"}
    assert made.determined == {"b"}
    assert made.parse("abc#2026#y") == {"b": "y"}
