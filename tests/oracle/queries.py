"""Random statements over a small schema as tokens, and random mistakes in them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["column", "table", "alias", "keyword", "value", "other"]
Token = tuple[Kind, str]
Tokens = list[Token]
_COMMA: Tokens = [("other", ",")]

SCHEMA = """
CREATE SCHEMA sales;
CREATE TYPE status AS ENUM ('open', 'paid');
CREATE TYPE size AS (width integer, height integer);
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text, born date, score numeric, tags text[]);
CREATE TABLE orders (
    id bigint PRIMARY KEY, customer_id bigint REFERENCES customers, total numeric, note text, status status,
    made timestamptz DEFAULT now(), data jsonb, "Odd Name" text
);
CREATE TABLE items (
    order_id bigint, position integer, name text, price numeric, quantity integer, size size,
    PRIMARY KEY (order_id, position)
);
CREATE TABLE sales.targets (id bigint PRIMARY KEY, name text, amount numeric);
CREATE VIEW open_orders AS SELECT id, customer_id, total AS amount FROM orders WHERE status = 'open';
CREATE VIEW everything AS SELECT o.*, c.name AS customer FROM orders o JOIN customers c ON c.id = o.customer_id;
CREATE FUNCTION recent(days integer) RETURNS TABLE (order_id bigint, age interval) LANGUAGE sql AS
    $$ SELECT id, now() - made FROM orders $$;
CREATE FUNCTION cheapest() RETURNS SETOF items LANGUAGE sql AS $$ SELECT * FROM items $$;
CREATE FUNCTION shown(customers) RETURNS text LANGUAGE sql AS $$ SELECT $1.name $$;
"""

_COLUMNS: dict[str, dict[str, str]] = {
    "customers": {"id": "n", "name": "t", "email": "t", "born": "d", "score": "n"},
    "orders": {"id": "n", "customer_id": "n", "total": "n", "note": "t", "made": "d", '"Odd Name"': "t"},
    "items": {"order_id": "n", "position": "n", "name": "t", "price": "n", "quantity": "n"},
    "sales.targets": {"id": "n", "name": "t", "amount": "n"},
    "open_orders": {"id": "n", "customer_id": "n", "amount": "n"},
    "everything": {"id": "n", "customer_id": "n", "total": "n", "note": "t", "customer": "t"},
}
_BASE = ("customers", "orders", "items", "sales.targets")
_SYSTEM = {"ctid": "x", "tableoid": "x", "xmin": "x"}
_LITERALS = {
    "n": ("1", "2.5", "-3", "$1"),
    "t": ("'a'", "'it''s'", "$tag$x$tag$", "NULL"),
    "d": ("now()", "'2024-01-01'"),
}
_MISSING = ("nope", "idd", "nam", "cutomer_id", "createdAt", "x_y")
_NO_TABLE = ("nosuch", "order", "custmers", "item")


@dataclass(frozen=True, slots=True)
class Seen:
    """Something in FROM: its name there and its columns with the letter of their type."""

    name: str
    columns: dict[str, str]


class Generator:
    """Statements from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._aliases = 0

    def statement(self) -> Tokens:
        """A statement the server prepares."""
        kinds: Sequence[tuple[Callable[[], Tokens], int]] = (
            (lambda: self.select(2), 10),
            (self.insert, 4),
            (self.update, 3),
            (self.delete, 2),
            (self.merge, 1),
            (self.set_operation, 2),
        )
        makers, weights = zip(*kinds, strict=True)
        make: Callable[[], Tokens] = self.random.choices(makers, weights)[0]
        return make()

    # Small things

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _alias(self) -> str:
        self._aliases += 1
        return f"{self.random.choice('abcxyz')}{self._aliases}"

    def _column(self, seen: Sequence[Seen], kind: str | None = None) -> Tokens:
        """A column of what is seen; bare where only one has it."""
        choices = [
            (one, name) for one in seen for name, type_ in one.columns.items() if kind in (None, type_) and type_ != "x"
        ]
        if not choices:
            return self._literal(kind or "n")
        one, name = self.random.choice(choices)
        alone = sum(name in other.columns for other in seen) == 1
        if alone and self._chance(0.4):
            return [("column", name)]
        return [("alias", one.name), ("other", "."), ("column", name)]

    def _literal(self, kind: str) -> Tokens:
        return [("value", self.random.choice(_LITERALS.get(kind, ("1",))))]

    def _expression(self, seen: Sequence[Seen], kind: str, depth: int = 2) -> Tokens:
        roll = self.random.random()
        if depth == 0 or roll < 0.45:
            return self._column(seen, kind)
        if roll < 0.6:
            return self._literal(kind)
        if kind == "n":
            return self._number(seen, depth, roll)
        if kind == "t":
            inner = self._expression(seen, "t", depth - 1)
            return _words(self.random.choice(("upper", "coalesce", "lower", "btrim")), "(", inner, ")")
        return _words("(", self._column(seen, kind), ")")

    def _number(self, seen: Sequence[Seen], depth: int, roll: float) -> Tokens:
        if roll < 0.7:
            return _words("(", self._expression(seen, "n", depth - 1), "+", self._expression(seen, "n", depth - 1), ")")
        if roll < 0.8:
            inner = self._expression(seen, "n", depth - 1)
            return _words("case when", self._condition(seen, depth - 1), "then", inner, "else 0 end")
        if roll < 0.9:
            return _words("(", self.subselect(seen, "n"), ")")
        return _words("abs", "(", self._column(seen, "n"), ")")

    def _condition(self, seen: Sequence[Seen], depth: int = 2) -> Tokens:
        roll = self.random.random()
        kind = self.random.choice("nnt")
        left = self._expression(seen, kind, max(depth - 1, 0))
        if roll < 0.4 or depth == 0:
            return _words(left, self.random.choice(("=", "<>", "<")), self._expression(seen, kind, max(depth - 1, 0)))
        if roll < 0.55:
            return _words(self._condition(seen, depth - 1), self.random.choice(("and", "or")), self._condition(seen, 0))
        if roll < 0.65:
            return _words(left, self.random.choice(("is null", "is not null")))
        if roll < 0.8:
            return _words("exists", "(", self.subselect(seen, "n"), ")")
        if roll < 0.9:
            return _words(self._column(seen, "n"), "in", "(", self.subselect(seen, "n"), ")")
        return _words("not", "(", self._condition(seen, 0), ")")

    # FROM

    def _table(self, tables: Sequence[str] = tuple(_COLUMNS)) -> tuple[Tokens, Seen]:
        name = self.random.choice(tables)
        columns = _COLUMNS[name]
        tokens: Tokens = [("table", name)]
        if self._chance(0.6):
            alias = self._alias()
            return [*tokens, *_words(self.random.choice(("as", "")), [("alias", alias)])], Seen(alias, columns)
        return tokens, Seen(name.rpartition(".")[2], columns)

    def _source(self, before: Sequence[Seen], depth: int, common: Sequence[Seen]) -> tuple[Tokens, Seen]:
        roll = self.random.random()
        if common and roll < 0.4:
            one = self.random.choice(common)
            alias = self._alias()
            return [("table", one.name), ("alias", alias)], Seen(alias, one.columns)
        if depth and roll < 0.2:
            alias = self._alias()
            lateral = self._chance(0.4)
            query, columns = self._derived(before if lateral else (), depth - 1)
            return _words("lateral" if lateral else "", "(", query, ")", [("alias", alias)]), Seen(alias, columns)
        if roll < 0.3:
            alias = self._alias()
            return self.random.choice(
                (
                    (_words("generate_series(1, 3)", [("alias", alias)]), Seen(alias, {alias: "n"})),
                    (_words("generate_series(1, 3)", "as", [("alias", alias)], "(k)"), Seen(alias, {"k": "n"})),
                    (_words("recent(7)", [("alias", alias)]), Seen(alias, {"order_id": "n"})),
                    (_words("cheapest()", [("alias", alias)]), Seen(alias, _COLUMNS["items"])),
                    (
                        _words("(values (1, 'a'), (2, 'b'))", [("alias", alias)], "(num, txt)"),
                        Seen(alias, {"num": "n", "txt": "t"}),
                    ),
                    (
                        _words("unnest(array[1,2]) with ordinality", [("alias", alias)], "(v, place)"),
                        Seen(alias, {"v": "n", "place": "n"}),
                    ),
                )
            )
        return self._table()

    def _derived(self, outer: Sequence[Seen], depth: int) -> tuple[Tokens, dict[str, str]]:
        """A query whose result columns are known by name."""
        tokens, seen = self._from(outer, depth, ())
        columns: dict[str, str] = {}
        items: Tokens = []
        for index in range(self.random.randint(1, 3)):
            kind = self.random.choice("nnt")
            name = f"out_{index}"
            items += [
                *(_COMMA if index else []),
                *self._expression(seen, kind, 1),
                *_words("as", [("other", name)]),
            ]
            columns[name] = kind
        where = _words("where", self._condition([*seen, *outer], 1)) if self._chance(0.5) else []
        return _words("select", items, "from", tokens, where), columns

    def _from(self, outer: Sequence[Seen], depth: int, common: Sequence[Seen]) -> tuple[Tokens, list[Seen]]:
        tokens, first = self._source((), depth, common)
        seen = [first]
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            more, one = self._source(seen, depth, common)
            if any(one.name == other.name for other in seen):
                continue
            joined = [*seen, one]
            roll = self.random.random()
            shared = [name for name in one.columns if all(name in other.columns for other in seen)]
            if roll < 0.2 and len(seen) == 1 and shared and "(" not in shared[0]:
                tokens = _words(tokens, "join", more, "using", "(", [("column", self._same(shared, seen[0], one))], ")")
            elif roll < 0.8:
                word = self.random.choice(("join", "left join", "inner join", "right join", "full join"))
                if any(token == ("other", "lateral") for token in more) and word[:5] in ("right", "full "):
                    word = "join"
                condition = self._condition(joined, 1) if word != "full join" else _words("true")
                tokens = _words(tokens, word, more, "on", condition)
            else:
                tokens = _words(tokens, "cross join", more)
            seen = joined
        return tokens, seen

    def _same(self, shared: Sequence[str], left: Seen, right: Seen) -> str:
        fitting = [name for name in shared if left.columns[name] == right.columns[name]]
        return self.random.choice(fitting or list(shared))

    # Statements

    def subselect(self, outer: Sequence[Seen], kind: str) -> Tokens:
        tokens, seen = self._from(outer, 0, ())
        fresh = [one for one in outer if all(one.name != other.name for other in seen)]
        plain = [Seen(one.name, dict(one.columns)) for one in fresh]
        item = self._column(seen, kind)
        return _words("select", item, "from", tokens, "where", self._qualified_condition([*seen, *plain]))

    def _qualified_condition(self, seen: Sequence[Seen]) -> Tokens:
        one, two = self.random.choice(seen), self.random.choice(seen)
        return _words(self._dotted(one, "n"), "=", self._dotted(two, "n"))

    def _dotted(self, one: Seen, kind: str) -> Tokens:
        names = [name for name, type_ in one.columns.items() if type_ == kind]
        if not names:
            return self._literal(kind)
        return [("alias", one.name), ("other", "."), ("column", self.random.choice(names))]

    def select(self, depth: int) -> Tokens:
        common: list[Seen] = []
        with_: Tokens = []
        for _ in range(self.random.choice((0, 0, 0, 1, 2)) if depth else 0):
            name = f"w{self._alias()}"
            query, columns = self._derived((), depth - 1)
            with_ = _words(with_, "," if with_ else "with", [("other", name)], "as", "(", query, ")")
            common.append(Seen(name, columns))
        if depth and self._chance(0.1):
            name = f"r{self._alias()}"
            recursive = _words(
                [("other", name)],
                "(n, step)",
                "as",
                "(select 1, 1 union all select",
                [("column", "n")],
                "+ 1,",
                [("column", "step")],
                "from",
                [("table", name)],
                "where",
                [("column", "n")],
                "< 5)",
            )
            with_ = _words("with recursive", recursive, [*(_COMMA if with_ else []), *with_[1:]])
            common.append(Seen(name, {"n": "n", "step": "n"}))
        tokens, seen = self._from((), depth, common)
        return _words(with_, self._body(tokens, seen, depth))

    def _body(self, tokens: Tokens, seen: list[Seen], depth: int) -> Tokens:
        if self._chance(0.2):
            return self._grouped(tokens, seen)
        items: Tokens = []
        aliases = []
        for index in range(self.random.randint(1, 4)):
            alias = f"res_{index}"
            comma: Tokens = [("other", ",")] if index else []
            items += comma + self._item(seen, depth, alias)
            aliases.append(alias)
        where = _words("where", self._condition(seen, 2)) if self._chance(0.6) else []
        order = _words("order by", self._order(seen, aliases)) if self._chance(0.4) else []
        limit = _words("limit 5") if self._chance(0.3) else []
        return _words("select", items, "from", tokens, where, order, limit)

    def _item(self, seen: list[Seen], depth: int, alias: str) -> Tokens:
        roll = self.random.random()
        named = _words("as", [("other", alias)])
        if roll < 0.1:
            return [*_words([("alias", self.random.choice(seen).name)], ".", "*"), *_words(",", "1", named)]
        if roll < 0.15:
            return [("alias", self.random.choice(seen).name), *named]
        if roll < 0.25:
            window = _words("partition by", self._column(seen), "order by", self._column(seen))
            return _words("row_number() over (", window, ")", named)
        if roll < 0.3:
            return _words("to_jsonb", "(", [("alias", self.random.choice(seen).name)], ")", named)
        return [*self._expression(seen, self.random.choice("nnt"), 2), *named]

    def _order(self, seen: list[Seen], aliases: list[str]) -> Tokens:
        if self._chance(0.5):
            return [("column", self.random.choice(aliases))]
        return _words(self._column(seen), self.random.choice(("", "desc", "nulls last")))

    def _grouped(self, tokens: Tokens, seen: list[Seen]) -> Tokens:
        key = self._column(seen)
        if key[0][0] == "value":
            key = self._dotted(seen[0], "n")
        if key[0][0] == "value":
            return _words("select count(*) from", tokens)
        total = _words("sum", "(", self._column(seen, "n"), ")")
        having = _words("having", total, "> 1") if self._chance(0.4) else []
        return _words(
            "select", key, "as grp,", total, "as amount from", tokens, "group by", key, having, "order by amount"
        )

    def set_operation(self) -> Tokens:
        left, right = self._derived((), 1), self._derived((), 1)
        while list(left[1].values()) != list(right[1].values()):
            right = self._derived((), 1)
        word = self.random.choice(("union", "union all", "intersect", "except"))
        order = _words("order by", [("column", "out_0")]) if self._chance(0.4) else []
        return _words(left[0], word, right[0], order)

    def insert(self) -> Tokens:
        name = self.random.choice(_BASE)
        columns = _COLUMNS[name]
        chosen = self.random.sample(list(columns), self.random.randint(1, len(columns)))
        target = Seen(name.rpartition(".")[2], columns)
        listed = _commas([[("column", one)] for one in chosen])
        if self._chance(0.25):
            tokens, seen = self._from((), 1, ())
            values = _commas([self._expression(seen, columns[one], 1) for one in chosen])
            source = _words("select", values, "from", tokens)
        else:
            rows = [
                _words("(", _commas([self._typed(columns[one]) for one in chosen]), ")")
                for _ in range(self.random.choice((1, 1, 2, 3)))
            ]
            source = _words("values", _commas(rows))
        conflict: Tokens = []
        if self._chance(0.4) and name != "items":
            changed = self.random.choice(list(columns))
            value = _words([("alias", "excluded"), ("other", "."), ("column", changed)])
            where = _words("where", self._qualified_condition([target])) if self._chance(0.3) else []
            conflict = _words(
                "on conflict (", [("column", "id")], ") do update set", [("column", changed)], "=", value, where
            )
        return _words("insert into", [("table", name)], "(", listed, ")", source, conflict, self._returning([target]))

    def _typed(self, kind: str) -> Tokens:
        return [
            (
                "value",
                self.random.choice({"n": ("1", "7", "default"), "t": ("'a'", "null", "default")}.get(kind, ("now()",))),
            )
        ]

    def _returning(self, seen: Sequence[Seen]) -> Tokens:
        if not self._chance(0.4):
            return []
        return _words("returning", self.random.choice((_words("*"), self._column(seen), self._dotted(seen[0], "n"))))

    def update(self) -> Tokens:
        tokens, target = self._table(_BASE)
        seen = [target]
        source: Tokens = []
        if self._chance(0.4):
            more, one = self._source((), 1, ())
            if one.name != target.name:
                source, seen = _words("from", more), [target, one]
        changes = [
            _words([("column", name)], "=", self._expression(seen, target.columns[name], 1))
            for name in self.random.sample(list(target.columns), self.random.randint(1, 2))
        ]
        where = _words("where", self._condition(seen, 1)) if self._chance(0.7) else []
        return _words("update", tokens, "set", _commas(changes), source, where, self._returning([target]))

    def delete(self) -> Tokens:
        tokens, target = self._table(_BASE)
        seen = [target]
        using: Tokens = []
        if self._chance(0.4):
            more, one = self._source((), 0, ())
            if one.name != target.name:
                using, seen = _words("using", more), [target, one]
        return _words("delete from", tokens, using, "where", self._condition(seen, 1), self._returning([target]))

    def merge(self) -> Tokens:
        return _words(
            "merge into", [("table", "items")], [("alias", "m")], "using", [("table", "orders")], [("alias", "s")],
            "on",
            [("alias", "m")], ".", [("column", "order_id")], "=", [("alias", "s")], ".", [("column", "id")],
            "when matched then update set", [("column", "price")], "=", [("alias", "s")], ".", [("column", "total")],
            "when not matched then insert (", [("column", "order_id")], ",", [("column", "position")], ") values (",
            [("alias", "s")], ".", [("column", "id")], ",", [("value", "1")], ")",
        )  # fmt: skip

    # Mistakes

    def mistake(self, tokens: Tokens) -> Tokens:
        """The statement with something wrong in it."""
        make = self.random.choices(
            (self._misspelt, self._other_table, self._other_alias, self._dropped, self._more_values, self._moved),
            (6, 3, 3, 2, 2, 2),
        )[0]
        return make(list(tokens))

    def _at(self, tokens: Tokens, *kinds: Kind) -> int | None:
        places = [at for at, (kind, _) in enumerate(tokens) if kind in kinds]
        return self.random.choice(places) if places else None

    def _misspelt(self, tokens: Tokens) -> Tokens:
        at = self._at(tokens, "column")
        if at is not None:
            tokens[at] = ("column", self.random.choice(_MISSING))
        return tokens

    def _other_table(self, tokens: Tokens) -> Tokens:
        at = self._at(tokens, "table")
        if at is not None:
            tokens[at] = ("table", self.random.choice(_NO_TABLE))
        return tokens

    def _other_alias(self, tokens: Tokens) -> Tokens:
        at = self._at(tokens, "alias")
        if at is not None:
            tokens[at] = ("alias", self.random.choice(("zz", "customers", "o", "excluded")))
        return tokens

    def _dropped(self, tokens: Tokens) -> Tokens:
        at = self._at(tokens, "other", "keyword")
        if at is not None:
            del tokens[at]
        return tokens

    def _more_values(self, tokens: Tokens) -> Tokens:
        at = self._at(tokens, "value")
        if at is not None:
            tokens[at : at + 1] = [tokens[at], ("other", ","), ("value", "1")]
        return tokens

    def _moved(self, tokens: Tokens) -> Tokens:
        """A column of one table asked of another."""
        at = self._at(tokens, "column")
        if at is not None:
            names = sorted({name for columns in _COLUMNS.values() for name in columns})
            tokens[at] = ("column", self.random.choice(names))
        return tokens


def text(tokens: Tokens) -> str:
    """The statement as text."""
    return " ".join(word for _, word in tokens if word).replace(" . ", ".")


def _words(*parts: str | Tokens) -> Tokens:
    found: Tokens = []
    for part in parts:
        found += [("other", part)] if isinstance(part, str) else part
    return [token for token in found if token[1]]


def _commas(parts: Sequence[Tokens]) -> Tokens:
    found: Tokens = []
    for index, part in enumerate(parts):
        found += [*(_COMMA if index else []), *part]
    return found
