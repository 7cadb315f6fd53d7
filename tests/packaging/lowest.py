"""Print the lowest version that the metadata allows of each dependency, as constraints for pip."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w, -]+\])?>=(?P<version>[\w.]+)")


def lowest(project: dict[str, Any]) -> list[str]:
    """Return `name==version` for all dependencies, those of extras too; a bound in another form is an error."""
    required = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    found = {requirement: _REQUIREMENT.fullmatch(requirement) for requirement in required}
    if strange := [requirement for requirement, match in found.items() if match is None]:
        raise ValueError(f"write these as `name>=version`: {', '.join(strange)}")
    pins = {match["name"]: match["version"] for match in found.values() if match is not None}
    pins["botocore"] = pins["boto3"]  # boto3 takes any later botocore of the same minor version
    return [f"{name}=={version}" for name, version in pins.items()]


if __name__ == "__main__":
    sys.stdout.write("\n".join(lowest(tomllib.loads(PYPROJECT.read_text())["project"])) + "\n")
