"""Comments by which other scanners are told that a line's secret is meant to be there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dblint.source import Span

_HERE = re.compile(
    r"gitleaks:allow|trufflehog:ignore|\bggignore\b|pragma:\s*(?:allow|white)list[ -]secret"
    r"|\bnosec\b(?!\s*:?\s*B(?!10[5-7]\b)\d)|\bnoqa\s*:[^#]*\bS10[5-7]\b|\bnosemgrep\b[^#]*secret"
    r"|\bNOSONAR\b|kics-scan ignore-line|checkov:skip=CKV_SECRET",
    re.IGNORECASE,
)
_NEXT = re.compile(r"pragma:\s*(?:allow|white)list[ -]nextline[ -]secret", re.IGNORECASE)


def is_allowed(lines: Sequence[str], span: Span) -> bool:
    """Whether a comment on the span's lines, or the line in front of them, allows the secret."""
    if any(_HERE.search(line) for line in lines[span.line - 1 : span.end_line]):
        return True
    return span.line > 1 and bool(_NEXT.search(lines[span.line - 2]))
