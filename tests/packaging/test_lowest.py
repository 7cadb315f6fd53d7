"""The lowest versions, which `make minimums` installs, are read off the metadata."""

from __future__ import annotations

import pytest

from tests.packaging.lowest import lowest


def test_dependencies_and_those_of_extras_are_pinned_to_their_bounds() -> None:
    project = {
        "dependencies": ["attrs>=25.4", "boto3>=1.41"],
        "optional-dependencies": {"cli": ["rich>=13"], "more": ["moto[dynamodb]>=5"]},
    }
    assert lowest(project) == ["attrs==25.4", "boto3==1.41", "rich==13", "moto==5", "botocore==1.41"]


@pytest.mark.parametrize("bound", ["attrs", "attrs==25.4", "attrs>=25.4,<26", "attrs>=25.4; os_name == 'nt'"])
def test_a_bound_in_another_form_is_an_error(bound: str) -> None:
    with pytest.raises(ValueError, match="name>=version"):
        lowest({"dependencies": [bound, "boto3>=1.41"], "optional-dependencies": {}})
