#!/bin/sh
# Run the given command, the browser journeys, if there is or can be a Chromium; say so if not.
set -u
cd "$(dirname "$0")/.."
CHROMIUM=$(.venv/bin/python tools/chromium.py)
case $? in
0)
    export CHROMIUM
    exec "$@"
    ;;
3)
    echo "CHÚ Ý: các hành trình trong trình duyệt KHÔNG được chạy trên máy này." >&2
    exit 0
    ;;
*) exit 1 ;;
esac
