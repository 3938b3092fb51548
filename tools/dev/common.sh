# Sourced by every script of ./dev: where things are, how to speak, how to fail.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
called_from=$PWD
cd "$root"

venv=$root/.venv
weir=$root/build/release/bin/weir

say() { printf '%s\n' "$*" >&2; }

# fail MESSAGE [HINT]
fail() {
  say "error: $1"
  [ $# -lt 2 ] || say "help: $2"
  exit 2
}

require_built() {
  [ -x "$weir" ] || fail "weir is not built yet" "run ./dev build"
}

# What weir needs in order to run Spark: this project's Python and a Java that Spark supports.
export WEIR_PYTHON=$venv/bin/python
if [ -z "${JAVA_HOME:-}" ]; then
  for home in /usr/lib/jvm/java-17-openjdk-*; do
    [ ! -x "$home/bin/java" ] || export JAVA_HOME=$home
  done
fi

# Every file of the project with one of the given endings, tracked or about to be: files_of h cpp
files_of() {
  git ls-files --cached --others --exclude-standard -- "${@/#/*.}" | while read -r file; do
    [ ! -f "$file" ] || echo "$file"
  done
}
