"""What a function makes of some fields of an item: of several classes the tag tells which, or is asked for."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from attrs import frozen

from dynamo_document_builder import UsageError, key
from dynamo_document_builder.model.keys.known_fields import UNKNOWN, MissingFieldError, UnknownFieldError
from dynamo_document_builder.model.keys.learning.partial_runs import run_partly
from dynamo_document_builder.schema.items.registry import Codec, codec_of


@frozen
class Payment:
    payment_id: str

    @property
    def partition(self) -> str:
        return key("PAYMENT", self.payment_id)

    def prefixed(self, prefix: str) -> str:
        return f"{prefix}{self.payment_id}"


@frozen
class Card(Payment):
    number: str
    kind: Literal["card"] = "card"
    currency: str = "EUR"

    SCHEME = "C"

    @property
    def source(self) -> str:
        return key("CARD", self.number)

    @property
    def last_digits(self) -> str:
        return self.number[-4:]


@frozen
class Transfer(Payment):
    iban: str
    kind: Literal["sepa", "swift"] = "sepa"
    amount: int = 0

    SCHEME = "T"

    @property
    def source(self) -> str:
        return key("IBAN", self.iban)


PAYMENT: Codec[Any] = codec_of(Card | Transfer)


def made(build: Any, **values: Any) -> Any:
    return run_partly(build, PAYMENT, values)[0]


def missing(build: Any, **values: Any) -> str:
    with pytest.raises(MissingFieldError) as caught:
        made(build, **values)
    return caught.value.field


def by_class(item: Any) -> str:
    return item.number if isinstance(item, Card) else item.iban


def by_match(item: Any) -> str:
    match item:
        case Card(number=number):
            return number
        case Transfer(iban=iban):
            return iban
        case _:
            return ""


def test_what_all_classes_have_needs_no_tag() -> None:
    assert made(lambda item: item.payment_id, payment_id="1") == "1"
    assert made(lambda item: item.partition, payment_id="1") == "PAYMENT#1"
    assert made(lambda item: item.prefixed("P"), payment_id="1") == "P1"
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        made(lambda item: item.nope, payment_id="1")


def test_what_each_class_has_of_its_own_needs_the_tag() -> None:
    assert missing(lambda item: item.SCHEME) == "kind"
    assert made(lambda item: item.source, kind="card", number="4") == "CARD#4"
    assert made(lambda item: item.source, kind="swift", iban="DE") == "IBAN#DE"
    assert [made(lambda item: item.SCHEME, kind=kind) for kind in ("card", "sepa")] == ["C", "T"]
    assert made(lambda item: item.last_digits, kind="card", number="12345") == "2345"
    assert missing(lambda item: item.source, kind="card", iban="DE") == "number"


@pytest.mark.parametrize("build", [by_class, by_match])
def test_a_function_that_asks_for_the_class_needs_the_tag(build: Any) -> None:
    assert missing(build, number="4", iban="DE") == "kind"
    assert made(build, kind="card", number="4") == "4"
    assert made(build, kind="sepa", iban="DE") == "DE"
    assert missing(build, kind="sepa", number="4") == "iban"


def test_a_tag_that_only_dynamodb_will_know_is_unknown() -> None:
    with pytest.raises(UnknownFieldError):
        made(by_class, kind=UNKNOWN, number="4", iban="DE")
    assert missing(by_class, number="4", iban="DE") == "kind"


def test_a_field_that_is_missing_is_said_whatever_the_function_makes_of_it() -> None:
    def swallows(item: Any) -> str:
        try:
            return str(item.payment_id)
        except Exception:  # noqa: BLE001  as users write it
            return "none"

    assert missing(swallows) == "payment_id"


@pytest.mark.parametrize("build", [vars, str, repr, hash, bool, dir])
def test_an_item_as_a_whole_is_not_known(build: Any) -> None:
    with pytest.raises(UsageError, match="the item as a whole, of which only some fields are known"):
        made(build, kind="card", number="4")
