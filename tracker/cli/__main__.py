"""Lets `python -m tracker.cli` be the `tracker` command."""

import sys

from tracker.cli import main

sys.exit(main())
