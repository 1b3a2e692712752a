"""Objects that stand for rows, given by keyword: a model's instances, doubles of one, and what factories declare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

InstanceKind = Literal["made", "created", "built", "double", "set", "declared", "helped", "lent", "changed", "asked"]


@dataclass(frozen=True, slots=True)
class Instance:
    """One object and the keywords, or the class body, that say what its columns hold.

    ``row`` is an index into ``FileFacts.rows``; its keys are attributes of the class, not yet columns. ``maker`` is the
    dotted class or factory as the file says it, or the text that names a model (``"shop.Order"``), ``known_as`` the
    last name it has where it is defined. ``kind`` tells what happens: it is ``made`` (``Order(id=1)``), ``created`` in
    the database (``Order.objects.create(id=1)``), ``built`` by a factory and kept out of it, a ``double``
    (``Mock(spec=Order, id=1)``), an attribute ``set`` on one of these, or ``declared`` in a factory's own class. Where
    it is ``helped``, ``maker`` is a function that makes it (``make_order(id=1)``), where ``lent`` the fixture of that
    name, on which an attribute is set. A statement over the class may take a row too: ``created``, ``changed``
    (``update(Order).values(id=1)``) or ``asked`` for (``filter_by(id=1)``).
    """

    row: int
    maker: str
    known_as: str
    kind: InstanceKind
    stored: bool = False
    """The object is added to a session or saved."""
    fake: bool = False
    """That session is an in-memory fake."""
    named: bool = False
    """``maker`` is the text of a string."""
    part: bool = False
    """One of several values that one declaration may give: no whole row."""
