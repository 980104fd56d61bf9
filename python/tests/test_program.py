"""The package is the program too, over its own core: the same text as from the executable, with Python's downloads."""

from __future__ import annotations

import hashlib
import http.server
import os
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import isoflop as isf
from conftest import CHINCHILLA, DATA, PROGRAM


def test_the_package_is_the_program_too(tmp_path: Path) -> None:
    """The same text as from the executable; Ctrl-C, closed pipes and downloads are as there."""

    def same(*words: str) -> None:
        own = subprocess.run([sys.executable, "-m", "isoflop_program", *words], capture_output=True, check=False)
        other = subprocess.run([str(PROGRAM), *words], capture_output=True, check=False)
        assert (own.returncode, own.stdout, own.stderr) == (other.returncode, other.stdout, other.stderr)

    same(
        "fit",
        str(CHINCHILLA),
        "--law",
        "hoffmann2022",
        "--columns",
        "N={Model Size}, C={Training FLOP}",
        "--json",
        "--no",
    )
    same("predict", "hoffmann2022", "N=1B", "D=20B", "--json")
    same("fit", str(CHINCHILLA), "--law", "hoffmann2022", "--columns", "N={Model Size}, C={Training FLOP}")
    same("help")
    quiet = f"{sys.executable} -m isoflop laws --json | head -c 1"
    assert subprocess.run(["sh", "-c", quiet], capture_output=True, check=False).stderr == b""
    data = subprocess.run(
        [sys.executable, "-m", "isoflop", "reproduce", "chinchilla_epoch2024", "--data", str(DATA), "--json"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert data.returncode == 0, data.stderr  # the SHA-256 of the runs is right


@pytest.fixture
def served(tmp_path: Path) -> Any:
    """A folder over https, and the address; what is asked for as /moved leads to plain http."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
        capture_output=True, check=True,
    )  # fmt: skip

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any):
            super().__init__(*arguments, directory=str(tmp_path))

        def do_GET(self) -> None:
            if self.path != "/moved":
                return super().do_GET()
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1/runs.csv")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield tmp_path, f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_program_of_the_package_downloads_by_python(served: tuple[Path, str]) -> None:
    folder, address = served
    (folder / "runs.csv").write_text("N,D,loss\n1e9,2e10,2.31\n")
    hashed = hashlib.sha256((folder / "runs.csv").read_bytes()).hexdigest()

    def get(file: str, sha256: str = hashed, trusted: bool = True) -> subprocess.CompletedProcess[str]:
        lines = {"key": "own", "title": "Own", "url": f"{address}/{file}", "file": "own.csv", "sha256": sha256}
        text = "".join(f'{name} = "{value}"\n' for name, value in {**lines, "licence": "CC0-1.0"}.items())
        (folder / "own.toml").write_text(text + "rows = 1\n")
        words = [sys.executable, "-m", "isoflop", "datasets", "get", "own.toml", "--data", "."]
        words += ["--ca-file", "cert.pem"] if trusted else []
        here = {**os.environ, "PYTHONPATH": str(Path(isf.__file__).absolute().parents[1])}  # which may be relative
        return subprocess.run(words, cwd=folder, env=here, capture_output=True, text=True, check=False)

    for file, options, said in (
        ("none.csv", {}, "404"),
        ("moved", {}, "http://127.0.0.1/runs.csv, which is not https"),
        ("runs.csv", {"trusted": False}, "certificate verify failed"),
        ("runs.csv", {"sha256": "0" * 64}, hashed),
    ):
        refused = get(file, **options)
        assert refused.returncode == 1 and said in refused.stderr and not (folder / "own.csv").exists(), refused
    assert get("runs.csv").returncode == 0
    assert (folder / "own.csv").read_text() == (folder / "runs.csv").read_text()
