"""The `tracker` command: what an administrator does from the command line, in Vietnamese."""

from tracker.cli.commands import main

__all__ = ["main"]
