#!/usr/bin/env bash
# Puts the script and the notebook into the workspace. Running it again changes nothing.
set -euo pipefail

# Without changing directory: weir's state is the nearest .weir of where it is called from.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$(dirname "$here")")
weir=${WEIR:-$(command -v weir || echo "$root/build/release/bin/weir")}

"$weir" fs cp --overwrite "$here/jobs/create_table.py" dbfs:/traffic/create_table.py
"$weir" fs cp --overwrite "$here/jobs/append.py" workspace:/Shared/traffic/append
