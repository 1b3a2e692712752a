"""The command line: arguments in, exit code out."""


def main() -> None:
    """Run dblint."""
