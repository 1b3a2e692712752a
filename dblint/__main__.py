"""``python -m dblint``."""

from dblint.cli import main

main()
