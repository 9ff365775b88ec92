"""The `tracker` command: what an administrator does from the command line, in Vietnamese."""

from collections.abc import Sequence

from tracker.cli.parser import build_parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code for the shell."""
    asked = build_parser().parse_args(arguments)
    from tracker.cli.commands import obey  # noqa: PLC0415 - help need not wait for a database

    return obey(asked)
