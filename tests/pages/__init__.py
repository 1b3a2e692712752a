"""The rule pages, run as the tests they are."""
