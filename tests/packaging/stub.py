"""Write the stub of the package, by which type checkers and editors know the public names, from the list of names."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from dynamo_document_builder._names import MODULE_OF

PACKAGE = "dynamo_document_builder"
STUB = Path(__file__).parents[2] / "src" / PACKAGE / "__init__.pyi"
NAMES = {"__version__": "_version", **MODULE_OF}


def names_in(stub: str) -> dict[str, str]:
    """Return the module of each name that a stub exports, as `import name as name` does."""
    imports = [node for node in ast.parse(stub).body if isinstance(node, ast.ImportFrom)]
    return {
        alias.name: (node.module or "").removeprefix(f"{PACKAGE}.")
        for node in imports
        for alias in node.names
        if alias.asname == alias.name
    }


def main() -> None:
    """Write the stub, and let ruff order and wrap its lines."""
    lines = [f"from {PACKAGE}.{module} import {name} as {name}\n" for name, module in NAMES.items()]
    STUB.write_text("".join(lines))
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", "--quiet", "--select=I", "--fix", STUB], check=True)
    subprocess.run([*ruff, "format", "--quiet", STUB], check=True)


if __name__ == "__main__":
    main()
