"""The program `isoflop`, as the package brings it along. It loads the package's module alone, for numpy and the rest of
the package take longer to import than most commands take."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import signal
import sys
import time
from pathlib import Path
from typing import Any

MOST_BYTES = 1 << 30
CONNECT_SECONDS = 30.0


def download(url: str, ca_file: str, seconds: float) -> bytes:
    """What is at an https:// address, and at none else where it leads."""
    import ssl
    import urllib.request

    context = ssl.create_default_context(cafile=ca_file or None)

    class NothingElse(urllib.request.HTTPRedirectHandler):
        max_redirections = 5

        def redirect_request(self, request: Any, fp: Any, code: int, message: str, headers: Any, new: str) -> Any:
            if not new.startswith("https://"):
                raise OSError(f"it leads to {new}, which is not https")
            return super().redirect_request(request, fp, code, message, headers, new)

    if not url.startswith("https://"):
        raise OSError("the address is not https")
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), NothingElse)
    end = time.monotonic() + seconds
    parts, size = [], 0
    with opener.open(url, timeout=min(seconds, CONNECT_SECONDS)) as answer:
        while part := answer.read1(1 << 20):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise OSError("more than a gigabyte")
            if time.monotonic() > end:
                raise OSError(f"no end after {seconds:g} s")
    return b"".join(parts)


def _loaded() -> Any:
    package = importlib.util.find_spec("isoflop")
    folder = Path((package.submodule_search_locations or [""])[0]) if package else Path()
    paths = [path for ending in importlib.machinery.EXTENSION_SUFFIXES if (path := folder / f"_core{ending}").exists()]
    spec = importlib.util.spec_from_file_location("isoflop._core", paths[0]) if paths else None
    if spec is None or spec.loader is None:
        raise ImportError(f"the module of isoflop is not in {folder}: install the package again")
    core = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(core)
    return core


def main() -> int:
    """Runs the program with this process's arguments; gives its exit code."""
    core = sys.modules.get("isoflop._core") or _loaded()
    # As in a program of its own: Ctrl-C ends it where it does no long work, and a closed pipe ends it silently.
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    return core.run_program(["isoflop", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
