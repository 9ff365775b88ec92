"""How the product is served: `gunicorn` reads this file by itself from the folder it starts in."""

import os
import sys


def number(name: str, default: int) -> int:
    """Return a setting of the server; what is no number stops the start with a sentence."""
    text = os.environ.get(name) or str(default)
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 256:
        sys.exit(f"{name}={text!r} không hợp lệ: cần một số nguyên, từ 1 đến 256.")
    return int(text)


# Only this computer: a proxy stands between here and the world.
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
forwarded_allow_ips = "127.0.0.1,::1"

# One process for each core. A browser holds up to six connections open ahead of need, and each
# keeps a thread waiting for some seconds: fewer threads than that, and pages hang. Behind a proxy
# that buffers, WEB_THREADS=1 serves more requests a second.
workers = number("WEB_CONCURRENCY", len(os.sched_getaffinity(0)))
threads = number("WEB_THREADS", 8)
worker_class = "gthread" if threads > 1 else "sync"

# Each worker builds the application itself: no connection is shared across a fork.
preload_app = False
control_socket_disable = True
timeout = 30
graceful_timeout = 20

# No link or form of the product needs more.
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 8190

# The application writes one line for each request; gunicorn's own would be a second.
accesslog = None
errorlog = "-"
loglevel = "warning"
