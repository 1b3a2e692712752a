"""What the database would say to a value: it accepts it, refuses it and says why, or dblint cannot know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Verdict:
    """``why`` says what is refused, ``meant`` the value that was probably meant, ``code`` the SQLSTATE that is due."""

    kind: Literal["accepts", "refuses", "unknown"]
    why: str = ""
    meant: str | None = None
    code: str = ""

    @property
    def refused(self) -> bool:
        return self.kind == "refuses"


ACCEPTS = Verdict("accepts")
UNKNOWN = Verdict("unknown")


def refuses(why: str, meant: str | None = None, code: str = "") -> Verdict:
    return Verdict("refuses", why, meant, code)
