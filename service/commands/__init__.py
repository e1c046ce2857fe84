"""The command line: `servicedesk` and its commands."""


def main() -> None:
    """Run the command that the arguments name, and leave with its exit code."""
    from service.commands.line import run  # the processes of `serve` need none of it

    run()
