"""Every text that DynamoDB takes, sent as it is written and as the library writes it: both do the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from dynamo_document_builder import (
    ExpressionText,
    condition_from_text,
    condition_to_text,
    key_condition_from_text,
    projection_from_text,
    projection_to_text,
    updates_from_text,
    updates_to_text,
)
from tests.engines import ONE_ENGINE
from tests.expression_rules.all import RULES
from tests.expression_rules.rule import Rule, as_boto3, names_in, values_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import NewTable
    from tests.engines import Engine

ITEMS: list[dict[str, Any]] = [
    {"girth": {"N": "3"}, "crown": {"N": "9"}, "species": {"S": "oak"}, "kinds": {"SS": ["oak", "ash"]}},
    {"girth": {"N": "9"}, "spread": {"N": "3"}, "layers": {"L": [{"N": "3"}, {"N": "9"}]}, "status": {"S": "oak"}},
    {
        "lot": {"M": {"city": {"S": "oak"}, "site": {"M": {}}, "plots": {"L": [{"M": {"area": {"N": "9"}}}] * 3}}},
        "layers": {"L": [{"L": [{"N": "3"}]}, {"S": "oak"}, {"BOOL": True}]},
        "kind": {"S": "o"},
        "species": {"S": "pine"},
        "sap": {"B": b"oak"},
    },
    {"species": {"N": "3"}, "tagged": {"BOOL": True}, "felled": {"NULL": True}, "sap": {"S": "x"}},
    {"kinds": {"NS": ["3", "9"]}, "layers": {"L": []}, "older": {"L": [{"S": "x"}]}, "first": {"N": "3"}},
]


def requested(member: str, text: ExpressionText) -> dict[str, Any]:
    placeholders = {
        "ExpressionAttributeNames": text.names,
        "ExpressionAttributeValues": as_boto3(text.values),
    }
    return {member: text.text, **{name: given for name, given in placeholders.items() if given}}


def as_read(rule: Rule, written: ExpressionText) -> ExpressionText:
    text, names, values = written.text, written.names, written.values
    match rule.kind:
        case "condition":
            return condition_to_text(condition_from_text(text, names=names, values=values))
        case "key condition":
            return condition_to_text(key_condition_from_text(text, names=names, values=values))
        case "update":
            return updates_to_text(updates_from_text(text, names=names, values=values))
        case "projection":
            return projection_to_text(projection_from_text(text, names=names))


def of_scan(client: Any, table: str, member: str, text: ExpressionText) -> Any:
    return client.scan(TableName=table, **requested(member, text))["Items"]


def of_query(client: Any, table: str, text: ExpressionText) -> Any:
    return client.query(TableName=table, **requested("KeyConditionExpression", text))["Items"]


def of_updates(client: Any, table: str, text: ExpressionText) -> Any:
    """Return what comes of each item; that an operand is missing is found out when the item is looked at."""
    found = []
    for key, item in stored_items():
        client.put_item(TableName=table, Item=key | item)
        try:
            client.update_item(TableName=table, Key=key, **requested("UpdateExpression", text))
        except ClientError as error:
            found.append(why_not(error))
        else:
            found.append(client.get_item(TableName=table, Key=key)["Item"])
    return found


def why_not(error: ClientError) -> str:
    message: str = error.response["Error"]["Message"]
    # Everything that can be told of the text alone begins so.
    assert not message.startswith(("Invalid UpdateExpression", "ExpressionAttribute")), message
    return message


def stored_items() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    keys = [("oak", "a"), ("oak", "pine"), ("oak", "z"), ("pine", "pine"), ("elm", "a")]
    return [
        ({"grove": {"S": grove}, "tree": {"S": tree}}, item) for (grove, tree), item in zip(keys, ITEMS, strict=True)
    ]


OUTCOMES: dict[str, Callable[[Any, str, ExpressionText], Any]] = {
    "condition": lambda client, table, text: of_scan(client, table, "FilterExpression", text),
    "key condition": of_query,
    "update": of_updates,
    "projection": lambda client, table, text: of_scan(client, table, "ProjectionExpression", text),
}


def titled(*, beyond_engine: bool) -> list[Any]:
    found = [rule for rule in RULES if (rule.taken or rule.rewritten) and rule.beyond_engine is beyond_engine]
    return [pytest.param(rule, id=rule.title) for rule in found]


@pytest.fixture
def table(client: Any, new_table: NewTable) -> str:
    name = new_table(partition_key="grove", sort_key="tree")
    for key, item in stored_items():
        client.put_item(TableName=name, Item=key | item)
    return name


@ONE_ENGINE
@pytest.mark.parametrize("rule", titled(beyond_engine=False))
def test_a_text_does_the_same_as_the_library_writes_it(rule: Rule, client: Any, table: str) -> None:
    outcome = OUTCOMES[rule.kind]
    for text in rule.taken:
        written = ExpressionText(text, names_in(text), values_in(text))
        assert outcome(client, table, as_read(rule, written)) == outcome(client, table, written), text
    for text in rule.rewritten:
        outcome(client, table, as_read(rule, ExpressionText(text, names_in(text), values_in(text))))


@ONE_ENGINE
@pytest.mark.parametrize("rule", titled(beyond_engine=True))
def test_what_is_beyond_the_engine_is_still_so(rule: Rule, client: Any, table: str, engine: Engine) -> None:
    if engine.name != "dynoxide":
        pytest.skip("the rules say what is beyond dynoxide")
    for text in rule.taken:
        with pytest.raises(ClientError, match="ValidationException"):
            OUTCOMES[rule.kind](client, table, ExpressionText(text, names_in(text), values_in(text)))
