#!/usr/bin/env bash
# Puts the two notebooks and the job into the workspace. Running it again changes nothing.
set -euo pipefail

# Without changing directory: weir's state is the nearest .weir of where it is called from.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$(dirname "$here")")
weir=${WEIR:-$(command -v weir || echo "$root/build/release/bin/weir")}

"$weir" fs cp --overwrite "$here/jobs/make_orders.py" workspace:/Shared/orders/make_orders
"$weir" fs cp --overwrite "$here/jobs/top_products.py" workspace:/Shared/orders/top_products
"$weir" jobs create --if-not-exists --json "@$here/top-products-job.json"
