"""Notebooks with what they print now: `python notebooks.py NOTEBOOK` prints it brought up to date."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbclient
import nbformat

import isoflop as isf
from conftest import DATA


def executed(path: Path) -> Any:
    """The notebook with new outputs, run in a folder of its own with the public runs in `data`."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(DATA, Path(folder, "data"))
        resources = {"metadata": {"path": folder}}
        package = os.path.abspath(Path(isf.__file__).parents[1])
        client = nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources)
        client.execute(env=os.environ | {"PYTHONPATH": package})
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            # A bar of progress is seen where the machine is slow.
            cell.outputs = [each for each in cell.outputs if each.get("name") != "stderr"]
    notebook.metadata.pop("language_info", None)
    return notebook


def texts(notebook: Any) -> list[str]:
    """What its cells print; pictures differ by versions of matplotlib."""
    printed = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            is_picture = "image/png" in output.get("data", {})
            if not is_picture:
                printed.append(output.get("text") or output["data"]["text/plain"])
    return printed


if __name__ == "__main__":
    print(nbformat.writes(executed(Path(sys.argv[1]))))
