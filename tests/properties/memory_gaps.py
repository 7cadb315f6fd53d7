"""Where the engine in memory and the reference differ, each with the fact that decides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from dynamo_document_builder.schema.type_guards import is_list
from dynamo_document_builder.wire.type_guards import is_mapping
from tests.expression_rules.all import RULES
from tests.groves import BY_GIRTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.asking import Answered
    from tests.properties.memory_programs import Step

API: Final = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/"
GUIDE: Final = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"

VALUE_FIRST: Final = re.compile(r"\(:|: ?\w+ (?:IN|BETWEEN)\b|:\w+ (?:IN|BETWEEN)\b", re.IGNORECASE)
"""A value where most people write an attribute: `size(:v)`, `begins_with(:v, a)`, `:v IN (a)`."""


REFUSED: Final = {text for rule in RULES for text in (*rule.refused, *rule.rewritten)}
"""Texts that DynamoDB refuses; the rule of each has the page that says so."""


@frozen
class Gap:
    """A difference: whose gap it is, the fact that decides, the page that states it, and how it shows."""

    of: str
    fact: str
    page: str
    shows: Callable[[Step, Answered, Answered], bool]


def _said(answered: Answered) -> list[str]:
    reasons = [reason.get("Message") or "" for reason in answered.body.get("CancellationReasons", ())]
    return [answered.message, *reasons]


def _ours(*texts: str) -> Callable[[Step, Answered, Answered], bool]:
    return lambda _, ours, __: any(text in said for text in texts for said in _said(ours))


def _theirs(*texts: str) -> Callable[[Step, Answered, Answered], bool]:
    return lambda _, __, theirs: any(text in said for text in texts for said in _said(theirs))


def _expressions(value: Any) -> Iterator[tuple[str, str]]:
    """Yield all expressions of a request, by the name of the member."""
    if is_list(value):
        for inner in value:
            yield from _expressions(inner)
    elif is_mapping(value):
        for name, inner in value.items():
            if str(name).endswith("Expression") and isinstance(inner, str):
                yield name, inner
            yield from _expressions(inner)


def _has_value_first(step: Step, _: Answered, __: Answered) -> bool:
    return any(VALUE_FIRST.search(text) for _, text in _expressions(step[1]))


def _creates(step: Step, ours: Answered, theirs: Answered) -> bool:
    return step[0] == "UpdateItem" and "Attributes" not in ours.body and "Attributes" in theirs.body


def _replays(step: Step, ours: Answered, theirs: Answered) -> bool:
    has_token = step[0] == "TransactWriteItems" and "ClientRequestToken" in step[1]
    return has_token and (theirs.code == "IdempotentParameterMismatchException" or not theirs.code)


def _misshapen(step: Step, ours: Answered, theirs: Answered) -> bool:
    return {ours.code, theirs.code} == {"SerializationException", "ValidationException"}


def _has_null(step: Step, ours: Answered, theirs: Answered) -> bool:
    return None in step[1].values() and "null" in theirs.message


def _breaks_two_rules(step: Step, ours: Answered, theirs: Answered) -> bool:
    several = "cannot include multiple operations on one item" in theirs.message
    return several or (theirs.code == "ValidationException" and "ValidationError" in ours.reasons)


def _projects_in_transaction(step: Step, ours: Answered, theirs: Answered) -> bool:
    return step[0] == "TransactGetItems" and not ours.code and "ProjectionExpression" in str(step[1])


def _checked_by_itself(step: Step, ours: Answered, theirs: Answered) -> bool:
    by_itself = ours.message.startswith(("Invalid ", "An operation of a transaction"))
    return by_itself and theirs.code in {
        "ConditionalCheckFailedException",
        "ResourceNotFoundException",
        "TransactionCanceledException",
    }


def _names_no_table(step: Step, ours: Answered, theirs: Answered) -> bool:
    return step[0].startswith("Batch") and "ResourceNotFoundException" in {ours.code, theirs.code}


def _sends_no_choice(step: Step, ours: Answered, theirs: Answered) -> bool:
    return "satisfy enum value set" in ours.message


def _collects_in_transaction(step: Step, ours: Answered, theirs: Answered) -> bool:
    return step[0] == "TransactWriteItems" and "ItemCollectionMetrics" in ours.body


def _updates_of(step: Step) -> list[str]:
    return [text for member, text in _expressions(step[1]) if member == "UpdateExpression"]


def changes_elements(step: Step) -> bool:
    """
    Tell whether a request sets or removes elements of lists, by which the engines may come to hold other items.

    The reference fills a list with NULL up to an index beyond its end, and removes elements one after the other.
    """
    return any("[" in text for text in _updates_of(step))


def _leads_through_nothing(step: Step, ours: Answered, theirs: Answered) -> bool:
    led = changes_elements(step) or any("REMOVE" in text.upper() for text in _updates_of(step))
    return led and any("The document path" in said for said in _said(ours))


def _breaks_a_rule_of_texts(step: Step, ours: Answered, theirs: Answered) -> bool:
    return ours.code == "ValidationException" and any(text in REFUSED for _, text in _expressions(step[1]))


def _spells_a_number(step: Step, ours: Answered, theirs: Answered) -> bool:
    return "ExclusiveStartKey" in step[1] and "1.0" in str(step[1]["ExclusiveStartKey"])


def _costs_of_local_index(step: Step, ours: Answered, theirs: Answered) -> bool:
    return "IndexName" in step[1] and "ConsumedCapacity" in ours.body and ours.body.keys() == theirs.body.keys()


def _returns_elements(step: Step, ours: Answered, theirs: Answered) -> bool:
    asked = str(step[1].get("ReturnValues", ""))
    return asked.startswith("UPDATED") and "[" in str(step[1].get("UpdateExpression"))


def _fetches(step: Step, ours: Answered, theirs: Answered) -> bool:
    return step[1].get("IndexName") == BY_GIRTH and "ProjectionExpression" in step[1] and not ours.code


GAPS: Final = (
    Gap(
        "dynoxide",
        "a read of a local index fetches the attributes that it names and the index does not hold",
        GUIDE + "LSI.html",
        _fetches,
    ),
    Gap(
        "dynoxide",
        "a text that breaks a rule of expressions is refused, also where no item is looked at",
        GUIDE + "Expressions.html",
        _breaks_a_rule_of_texts,
    ),
    Gap(
        "dynoxide",
        "updated values have those elements of a list that the update names, and no others",
        API + "API_UpdateItem.html",
        _returns_elements,
    ),
    Gap(
        "dynoxide",
        "DELETE takes a set, also where there is nothing to delete from",
        GUIDE + "Expressions.UpdateExpressions.html",
        _ours("DELETE removes elements from a set"),
    ),
    Gap(
        "dynoxide",
        "a scan of an index is told as the index's, and a fetch from the table costs a read of each item",
        GUIDE + "LSI.html",
        _costs_of_local_index,
    ),
    Gap(
        "memory",
        "a size equals no value that is not a number; the library refuses such a condition",
        GUIDE + "Expressions.OperatorsAndFunctions.html",
        _ours("is compared with int"),
    ),
    Gap(
        "dynoxide",
        "an option is one of the words that the page has",
        API + "API_PutItem.html",
        _sends_no_choice,
    ),
    Gap(
        "dynoxide",
        "a transaction reports the item collections that it changed",
        API + "API_TransactWriteItems.html",
        _collects_in_transaction,
    ),
    Gap(
        "dynoxide",
        "an update of a stored item leads through attributes and elements that are there",
        GUIDE + "Expressions.UpdateExpressions.html",
        _leads_through_nothing,
    ),
    Gap(
        "dynoxide",
        "a read of a global index has the attributes that the index has, and no others",
        GUIDE + "GSI.html",
        _ours("does not project"),
    ),
    Gap(
        "dynoxide",
        "equal numbers are the same key, in a cursor too",
        GUIDE + "HowItWorks.NamingRulesDataTypes.html",
        _spells_a_number,
    ),
    Gap(
        "dynoxide",
        "expressions are checked before tables, and tables before items",
        GUIDE + "Programming.Errors.html",
        _checked_by_itself,
    ),
    Gap(
        "dynoxide",
        "an expression is checked even where there is no item to try it on",
        GUIDE + "Expressions.html",
        _ours("has no value: give values=", "has no name: give names=", "is not valid in an expression"),
    ),
    Gap(
        "neither",
        "a transaction that breaks two rules is refused for either",
        API + "API_TransactWriteItems.html",
        _breaks_two_rules,
    ),
    Gap(
        "neither",
        "a batch that breaks two rules, in different tables, is refused for either",
        API + "API_BatchGetItem.html",
        _names_no_table,
    ),
    Gap(
        "dynoxide",
        "attribute_type takes the name of a type",
        GUIDE + "Expressions.OperatorsAndFunctions.html",
        _ours("type_is takes"),
    ),
    Gap(
        "dynoxide",
        "an operand of a condition is an attribute or a value, on any side and in a function",
        GUIDE + "Expressions.OperatorsAndFunctions.html",
        _has_value_first,
    ),
    Gap(
        "dynoxide",
        "operands by order are of a type that has one, and the operands of a comparison differ",
        GUIDE + "Expressions.OperatorsAndFunctions.html",
        _ours("which has no order", "with itself"),
    ),
    Gap(
        "dynoxide",
        "parentheses may stand around an operand",
        GUIDE + "Expressions.OperatorsAndFunctions.html",
        _theirs("Expected comparison operator, BETWEEN, or IN", "got ("),
    ),
    Gap(
        "dynoxide",
        "a token has 1 to 36 characters",
        API + "API_TransactWriteItems.html",
        _ours("at 'clientRequestToken'"),
    ),
    Gap(
        "dynoxide",
        "a token counts from the end of the first request that was carried out; a canceled one may be sent again",
        API + "API_TransactWriteItems.html",
        _replays,
    ),
    Gap(
        "dynoxide",
        "key attributes have no parts: a path into one is refused in every expression",
        GUIDE + "HowItWorks.CoreComponents.html",
        _ours("Key attributes must be scalars"),
    ),
    Gap(
        "dynoxide",
        "a path leads at most 32 levels deep, and an index of a list has at most ten digits",
        GUIDE + "Constraints.html",
        _ours("levels deep", "has the index"),
    ),
    Gap(
        "dynoxide",
        "a page starts behind a key that the same query gave",
        API + "API_Query.html",
        _ours("The provided starting key"),
    ),
    Gap(
        "dynoxide",
        "an update that creates an item returns no old attributes",
        API + "API_UpdateItem.html",
        _creates,
    ),
    Gap(
        "dynoxide",
        "a request is read as a whole before any rule is looked at",
        GUIDE + "Programming.Errors.html",
        _misshapen,
    ),
    Gap(
        "dynoxide",
        "a member that is null is left out",
        GUIDE + "Programming.LowLevelAPI.html",
        _has_null,
    ),
    Gap(
        "dynoxide",
        "a projection in a transaction adds no key attributes",
        API + "API_TransactGetItems.html",
        _projects_in_transaction,
    ),
    Gap(
        "dynoxide",
        "equal numbers are the same key",
        GUIDE + "HowItWorks.NamingRulesDataTypes.html",
        _ours("Provided list of item keys contains duplicates"),
    ),
)


def gap_of(step: Step, ours: Answered, theirs: Answered) -> Gap | None:
    """Return the gap that explains why two answers differ."""
    return next((gap for gap in GAPS if gap.shows(step, ours, theirs)), None)
