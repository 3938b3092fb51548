"""Entry of the driver process: `python -u main.py task.json`.

Reads the task, runs it, writes its result file and exits with 0 or 1. What the user's code prints goes to this
process's own stdout and stderr. A process that ends without a result file was killed or died: its parent's matter.

`python -u main.py --wait` is a driver that is started ahead of its task.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def load_package() -> None:
    """Makes the sibling files importable as `weir_driver`, a name that users' own modules do not shadow: they may
    well have a `notebook.py` or a `session.py`."""
    spec = importlib.util.spec_from_file_location(
        "weir_driver", HERE / "__init__.py", submodule_search_locations=[str(HERE)]
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["weir_driver"] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: main.py TASK.json, or main.py --wait")
    load_package()
    if sys.argv[1] == "--wait":
        from weir_driver.waiting import wait_for_order  # type: ignore[import-not-found]

        wait_for_order()
    from weir_driver.run import run_file  # type: ignore[import-not-found]

    sys.exit(run_file(Path(sys.argv[1])))
