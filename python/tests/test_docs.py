"""docs/python.md shows what Python prints and names all there is; the sources are typed."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import isoflop as isf
from conftest import ROOT
from page import brought_up_to_date

PAGE = ROOT / "docs" / "python.md"


def test_the_page_shows_what_python_prints() -> None:
    """`scripts/generate-docs docs/python.md` brings it up to date."""
    text = PAGE.read_text()
    assert brought_up_to_date(text) == text


def test_the_page_says_what_of_every_header_is_here() -> None:
    table = PAGE.read_text().partition("## What of the library is here")[2].partition("\n\nOf the program alone")[0]
    said = re.findall(r"`(\w+\.h)`", "\n".join(row.split("|")[1] for row in table.splitlines() if row.startswith("|")))
    headers = {path.name for path in (ROOT / "include" / "isoflop").glob("*.h")} - {"isoflop.h", "result.h"}
    assert sorted(said) == sorted(headers)


def test_everything_that_is_public_says_what_it_is() -> None:
    for name in isf.__all__:
        made = getattr(isf, name)
        assert inspect.getdoc(made), name
        if inspect.isclass(made) and not issubclass(made, (BaseException, tuple)):
            for member, value in vars(made).items():
                assert member.startswith("_") or inspect.getdoc(value), f"{name}.{member}"


def test_types_hold() -> None:
    package = Path(isf.__file__).parent
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(package)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
