#!/bin/sh
# Make .venv hold exactly the locked packages: `tools/venv.sh run` or `tools/venv.sh dev`.
# Quick when nothing changed: the stamp holds what was installed and from which locks.
set -eu
cd "$(dirname "$0")/.."
level=$1
stamp=.venv/installed

suits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if suits "$name"; then
            suitable=$name
            "$name" -c 'import ensurepip, venv' >/dev/null 2>&1 && return 0
        fi
    done
    if [ -n "${suitable:-}" ]; then
        echo "Python ($suitable) thiếu mô-đun venv. Trên Debian hoặc Ubuntu, hãy cài gói" \
            "python3-venv (apt-get install python3-venv) rồi chạy lại." >&2
    else
        echo "Cần Python 3.11 trở lên nhưng không tìm thấy trên máy này." \
            "Hãy cài Python mới hơn, hoặc chỉ rõ: make PYTHON=/đường/dẫn/python3 ..." >&2
    fi
    return 1
}

# Only what decides the packages: not the settings of checks that pyproject.toml also holds.
locks=$(cat requirements/base.txt requirements/uv.txt; sed -n '/^\[project/,/^# ---/p' pyproject.toml)
digest=$(printf '%s\n%s\n%s\n' "$PWD" "$locks" "$(cat requirements/dev.txt)" | cksum | tr ' ' '-')
if [ -f "$stamp" ] && .venv/bin/python -c '' 2>/dev/null; then
    case "$(cat "$stamp")" in
    "dev $digest") exit 0 ;;
    "run $digest") [ "$level" = run ] && exit 0 ;;
    esac
fi

if ! { suits .venv/bin/python && grep -qsxF "$PWD" .venv/home; }; then
    find_python
    rm -rf .venv
    "$suitable" -m venv .venv
    echo "$PWD" >.venv/home
fi
rm -f "$stamp"
if ! .venv/bin/uv --version >/dev/null 2>&1; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --require-hashes --no-deps -r requirements/uv.txt
fi
case $level in
dev) packages=requirements/dev.txt ;;
run) packages=requirements/base.txt ;;
esac
# The system knows which certificates an office trusts.
UV_SYSTEM_CERTS=1 .venv/bin/uv pip sync --quiet --compile-bytecode --python .venv/bin/python --require-hashes "$packages" requirements/uv.txt
.venv/bin/uv pip install --quiet --python .venv/bin/python --offline --no-deps \
    --no-build-isolation --editable .
.venv/bin/python -m compileall -q tracker
echo "$level $digest" >"$stamp"
