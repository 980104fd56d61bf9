"""A page whose ```pycon blocks show what Python prints: `python page.py PAGE` prints it brought up to date."""

from __future__ import annotations

import contextlib
import doctest
import inspect
import io
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import isoflop as isf
from conftest import DATA, ROOT


def names() -> str:
    """All that is public, with the first sentence of what it says of itself."""
    rows = ["| name | what |", "| --- | --- |"]

    def add(name: str, made: object) -> None:
        paragraph = " ".join((inspect.getdoc(made) or "").split("\n\n")[0].split())
        sentence = re.sub(r":\w+:|`(?=`)", "", re.split(r"(?<=\.)\s", paragraph)[0]).rstrip(".:").replace("|", "\\|")
        rows.append(f"| `{name}` | {sentence} |")

    def called(name: str, made: Callable[..., object], skipped: int) -> str:
        parameters = list(inspect.signature(made).parameters.values())[skipped:]
        words = [
            f"{each.name}=" if each.kind == each.KEYWORD_ONLY else re.sub("[:=].*", "", str(each))
            for each in parameters
        ]
        return f"{name}({', '.join(words)})"

    for name in isf.__all__:
        made = getattr(isf, name)
        if not inspect.isclass(made):
            add(called(name, made, 0), made)
    for name in isf.__all__:
        made = getattr(isf, name)
        if not inspect.isclass(made):
            continue
        add(name, made)
        for member, value in vars(made).items():
            if (
                not member.startswith("_")
                and hasattr(value, "__doc__")
                and not issubclass(made, (tuple, BaseException))
            ):
                function = getattr(value, "__func__", value)
                add(called(f".{member}", function, 1) if inspect.isfunction(function) else f".{member}", value)
    return "\n".join(rows)


def brought_up_to_date(text: str) -> str:
    """The page with what each example prints now. All blocks are one session, in a folder of its own."""
    session: dict[str, object] = {}

    def run(block: re.Match[str]) -> str:
        shown = []
        for example in doctest.DocTestParser().get_examples(block[1]):
            lines = example.source.rstrip("\n").split("\n")
            shown += [f"{'...' if i else '>>>'} {line}".rstrip() for i, line in enumerate(lines)]
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                try:
                    exec(compile(example.source, "<page>", "single"), session)
                except Exception as error:
                    print(f"{type(error).__name__}: {error}")
            shown += [
                line.rstrip() or "<BLANKLINE>"
                for line in printed.getvalue().rstrip("\n").split("\n")
                if printed.getvalue()
            ]
        return "```pycon\n" + "\n".join(shown) + "\n```"

    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.chdir(folder)
        try:
            Path("data").symlink_to(DATA)
            Path("configs").symlink_to(DATA.parent / "configs")
            (Path("laws")).symlink_to(ROOT / "laws")
            text = re.sub(
                r"(<!-- names -->\n).*(<!-- end of names -->)",
                lambda match: f"{match[1]}{names()}\n{match[2]}",
                text,
                flags=re.S,
            )
            return re.sub(r"```pycon\n(.*?)\n```", run, text, flags=re.S)
        finally:
            os.chdir(before)


if __name__ == "__main__":
    print(brought_up_to_date(Path(sys.argv[1]).read_text()), end="")
