"""What the database would say to a value: it accepts it, refuses it and says why, or dblint cannot know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Verdict:
    """``why`` says what is refused, ``meant`` the value that was probably meant."""

    kind: Literal["accepts", "refuses", "unknown"]
    why: str = ""
    meant: str | None = None

    @property
    def refused(self) -> bool:
        return self.kind == "refuses"


ACCEPTS = Verdict("accepts")
UNKNOWN = Verdict("unknown")


def refuses(why: str, meant: str | None = None) -> Verdict:
    return Verdict("refuses", why, meant)
