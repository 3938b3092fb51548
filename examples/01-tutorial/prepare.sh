#!/usr/bin/env bash
# Puts what the tutorial needs into the workspace: the data, the scripts, the job. Running it again changes nothing.
set -euo pipefail

# Without changing directory: weir's state is the nearest .weir of where it is called from.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$(dirname "$here")")
weir=${WEIR:-$(command -v weir || echo "$root/build/release/bin/weir")}
python=${WEIR_PYTHON:-$root/.venv/bin/python}

# The data set is a file inside the package vega_datasets, which need not be imported (that would need pandas).
data=$("$python" - <<'PYTHON'
import importlib.util, pathlib, sys
package = importlib.util.find_spec("vega_datasets")
if package is None:
    sys.exit(f"error: {sys.executable} has no vega_datasets\nhelp: run ./dev setup, or set WEIR_PYTHON")
print(pathlib.Path(package.origin).with_name("_data") / "seattle-weather.csv")
PYTHON
)

"$weir" fs mkdirs dbfs:/tutorial
"$weir" fs cp --overwrite "$data" dbfs:/tutorial/seattle-weather.csv
"$weir" fs cp --overwrite "$here/jobs/report.py" dbfs:/tutorial/report.py
"$weir" fs cp --overwrite "$here/jobs/ingest.py" workspace:/Shared/tutorial/ingest
"$weir" jobs create --if-not-exists --json "@$here/ingest-job.json"
