"""What DynamoDB takes is read with its meaning, and what DynamoDB refuses never leaves."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder import (
    ExpressionText,
    UsageError,
    condition_from_text,
    condition_to_text,
    key_condition_from_text,
    projection_from_text,
    projection_to_text,
    updates_from_text,
    updates_to_text,
)
from tests.expression_rules.all import RULES
from tests.expression_rules.rule import Rule, names_in, values_in

MIN_TEXTS = 700


def texts(group: str) -> list[Any]:
    return [pytest.param(rule, text, id=f"{rule.kind}: {text}") for rule in RULES for text in getattr(rule, group)]


def read(rule: Rule, text: str, names: Any, values: Any) -> Any:
    match rule.kind:
        case "condition":
            return condition_from_text(text, names=names, values=values)
        case "key condition":
            return key_condition_from_text(text, names=names, values=values, partition_key="grove", sort_key="tree")
        case "update":
            return updates_from_text(text, names=names, values=values)
        case "projection":
            return projection_from_text(text, names=names)


def written(rule: Rule, tree: Any) -> ExpressionText:
    match rule.kind:
        case "update":
            return updates_to_text(tree)
        case "projection":
            return projection_to_text(tree)
        case _:
            return condition_to_text(tree)


def in_order(rule: Rule, tree: Any) -> Any:
    """Return what a tree says, without what DynamoDB makes no difference of: in which clause order changes stand."""
    if rule.kind == "update":
        return sorted(tree, key=lambda change: str(change.path))
    return [repr(path) for path in tree] if rule.kind == "projection" else tree


@pytest.mark.parametrize(("rule", "text"), [*texts("taken"), *texts("rewritten")])
def test_what_is_taken_is_written_and_read_as_the_same_tree(rule: Rule, text: str) -> None:
    tree = read(rule, text, names_in(text), values_in(text))
    once = written(rule, tree)
    again = read(rule, once.text, once.names, once.values)
    assert in_order(rule, again) == in_order(rule, tree)
    twice = written(rule, again)  # placeholders are numbered in the order of the changes, and clauses have their own
    assert written(rule, read(rule, twice.text, twice.names, twice.values)) == twice


@pytest.mark.parametrize(("rule", "text"), texts("refused"))
def test_what_is_refused_never_leaves(rule: Rule, text: str) -> None:
    with pytest.raises(UsageError):
        written(rule, read(rule, text, names_in(text), values_in(text)))


@pytest.mark.parametrize(("rule", "text"), texts("rewritten"))
def test_what_is_rewritten_loses_its_redundant_parentheses(rule: Rule, text: str) -> None:
    assert "((" in text
    assert "((" not in written(rule, read(rule, text, names_in(text), values_in(text))).text


def test_every_rule_names_the_page_that_states_it_and_no_text_is_there_twice() -> None:
    assert all(rule.page.startswith("https://docs.aws.amazon.com/") for rule in RULES)
    every = [(rule.kind, text) for rule in RULES for text in (*rule.taken, *rule.refused, *rule.rewritten)]
    assert len(every) == len(set(every)) >= MIN_TEXTS
