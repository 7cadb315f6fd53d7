"""All the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.expression_rules.conditions import CONDITIONS
from tests.expression_rules.functions import FUNCTIONS
from tests.expression_rules.others import KEY_CONDITIONS, PATHS, PROJECTIONS
from tests.expression_rules.updates import UPDATES

if TYPE_CHECKING:
    from tests.expression_rules.rule import Rule

RULES: Final[tuple[Rule, ...]] = (*CONDITIONS, *FUNCTIONS, *UPDATES, *KEY_CONDITIONS, *PROJECTIONS, *PATHS)
