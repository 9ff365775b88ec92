#!/bin/sh
# Write requirements/*.txt from pyproject.toml: exact versions with hashes, no host names.
set -eu
cd "$(dirname "$0")/.."
# Packages lying about on this computer must not decide what is locked.
unset PIP_FIND_LINKS UV_FIND_LINKS || true
lock() {
    out=$1
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@" \
        --output-file "requirements/$out.txt"
}
upgrade=${UPGRADE:+--upgrade}
lock uv --group installer $upgrade
lock node --group node $upgrade
lock torture --group torture $upgrade
lock base pyproject.toml $upgrade
lock dev pyproject.toml --group dev --constraint requirements/base.txt $upgrade
if grep -nE '://|^ *--(index|extra|find)' requirements/*.txt; then
    echo "requirements/: a lock names a host" >&2
    exit 1
fi
