"""Statements of many shapes over the small schema of ``queries``, and mistakes made in any of their words."""

from __future__ import annotations

import random
import re

SHAPES = tuple(
    line.strip()
    for line in r"""
SELECT id, total, row_number() OVER w, sum(total) OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY made)
SELECT rank() OVER (ORDER BY total DESC NULLS LAST) AS place, note FROM orders ORDER BY place
SELECT lag(total, 1, 0) OVER (PARTITION BY status ORDER BY id) FROM orders
SELECT count(*) FILTER (WHERE status = 'paid') AS paid, count(*) FROM orders
SELECT c.name, l.total FROM customers c CROSS JOIN LATERAL (SELECT total FROM orders o WHERE o.customer_id = c.id ORDER BY made LIMIT 1) l
SELECT c.id, x.n FROM customers c LEFT JOIN LATERAL (SELECT count(*) AS n FROM orders WHERE customer_id = c.id) x ON true
SELECT c.name, t.tag FROM customers c, LATERAL unnest(c.tags) AS t(tag) WHERE t.tag LIKE 'a%'
SELECT status, customer_id, sum(total) FROM orders GROUP BY GROUPING SETS ((status), (customer_id), ())
SELECT status, note, count(*) FROM orders GROUP BY ROLLUP (status, note) HAVING count(*) > 1
SELECT status, grouping(status) FROM orders GROUP BY CUBE (status)
SELECT data -> 'a' ->> 'b' AS inner_value, data #>> '{a,b}' FROM orders WHERE data @> '{"a": 1}' AND data ? 'a'
SELECT id FROM orders WHERE data ->> 'kind' = 'x' AND (data -> 'n')::int > 3
SELECT jsonb_build_object('id', o.id, 'items', jsonb_agg(i.name)) FROM orders o JOIN items i ON i.order_id = o.id GROUP BY o.id
SELECT e.key, e.value FROM orders o, jsonb_each(o.data) e WHERE o.id = 1
SELECT x.a, x.b FROM orders o CROSS JOIN LATERAL jsonb_to_record(o.data) AS x(a integer, b text)
SELECT tags[1], tags[1:2], array_length(tags, 1), 'a' = ANY (tags) FROM customers
SELECT name FROM customers WHERE tags && ARRAY['a', 'b'] OR tags @> ARRAY['c']::text[]
SELECT ARRAY(SELECT name FROM items WHERE order_id = o.id ORDER BY position) FROM orders o
SELECT id::text, CAST(total AS integer), total::numeric(10, 2), made::date FROM orders
SELECT made AT TIME ZONE 'UTC', extract(year FROM made), date_trunc('day', made), made + interval '1 day' FROM orders
SELECT substring(name FROM 1 FOR 2), trim(both ' ' FROM email), position('a' IN name), overlay(name PLACING 'x' FROM 1) FROM customers
SELECT CASE status WHEN 'open' THEN 1 WHEN 'paid' THEN 2 ELSE 0 END AS weight FROM orders ORDER BY weight
SELECT coalesce(note, 'none'), nullif(note, ''), greatest(total, 1), least(total, 2) FROM orders
SELECT id FROM orders WHERE (customer_id, total) = (1, 2) OR (customer_id, total) IN (SELECT id, score FROM customers)
SELECT id FROM orders WHERE total BETWEEN 1 AND 2 AND note IS DISTINCT FROM 'x' AND note NOT LIKE '%a%' ESCAPE '!'
SELECT id FROM orders WHERE note SIMILAR TO 'a|b' AND note ~* '^x' AND note !~ 'y'
SELECT DISTINCT ON (customer_id) customer_id, total FROM orders ORDER BY customer_id, made DESC
SELECT * FROM orders ORDER BY total USING > LIMIT 3 OFFSET 1
SELECT id FROM orders FETCH FIRST 3 ROWS ONLY
SELECT id FROM orders o FOR UPDATE OF o SKIP LOCKED
SELECT o.* FROM orders o TABLESAMPLE BERNOULLI (10) REPEATABLE (1)
SELECT order_id, quantity FROM items JOIN orders USING (name) WHERE false
SELECT id, name, amount FROM customers NATURAL JOIN sales.targets
SELECT i.name, o.id FROM items i JOIN (orders o JOIN customers c ON c.id = o.customer_id) ON i.order_id = o.id WHERE c.email IS NOT NULL
SELECT j.note, j.id FROM (orders o JOIN sales.targets t USING (id)) AS j WHERE j.amount > 1
SELECT u.id FROM orders JOIN sales.targets USING (id) AS u
SELECT t.a, t.b FROM (VALUES (1, 'x'), (2, 'y')) AS t (a, b) WHERE t.a > 1
VALUES (1, 'a'), (2, 'b') ORDER BY column1 LIMIT 1
TABLE customers
SELECT column1, column2 FROM (VALUES (1, 2), (3, 4)) v
SELECT id FROM customers UNION SELECT id FROM orders INTERSECT SELECT order_id FROM items ORDER BY id
(SELECT name AS label FROM customers LIMIT 1) UNION ALL (SELECT name FROM items LIMIT 1) ORDER BY label
SELECT id, name FROM customers EXCEPT ALL SELECT id, name FROM sales.targets
WITH RECURSIVE walk(n, path) AS (SELECT 1, ARRAY[1] UNION ALL SELECT n + 1, path || n FROM walk WHERE n < 5) SELECT n, path FROM walk
WITH RECURSIVE t AS (SELECT id, customer_id FROM orders WHERE id = 1 UNION SELECT o.id, o.customer_id FROM orders o JOIN t ON t.customer_id = o.id) SELECT customer_id FROM t
WITH a AS MATERIALIZED (SELECT id, total FROM orders), b AS (SELECT total * 2 AS twice FROM a) SELECT twice FROM b, a WHERE a.total > b.twice
WITH gone AS (DELETE FROM items WHERE quantity = 0 RETURNING order_id, name) SELECT name FROM gone JOIN orders ON orders.id = gone.order_id
WITH made AS (INSERT INTO customers (id, name) VALUES (1, 'x') RETURNING id, name AS label) UPDATE orders SET note = made.label FROM made WHERE customer_id = made.id
WITH moved AS (UPDATE orders SET total = 0 WHERE status = 'open' RETURNING *) INSERT INTO sales.targets (id, amount) SELECT id, total FROM moved
SELECT (size).width, (i.size).height, i.size FROM items i
SELECT (c).name, c.email FROM customers c WHERE (c.*) IS NOT NULL
SELECT (r).order_id FROM (SELECT recent(3) AS r) q
SELECT row_to_json(c), to_jsonb(c.*), c FROM customers c
SELECT shown(c), c.shown FROM customers c
SELECT order_id, age FROM recent(7) WHERE age > interval '1 day'
SELECT f.name, f.price FROM cheapest() AS f WHERE f.quantity > 1
SELECT g, g * 2 FROM generate_series(1, 10, 2) AS g
SELECT d::date FROM generate_series('2024-01-01'::timestamptz, now(), interval '1 day') d
SELECT a, b, ord FROM unnest(ARRAY[1, 2], ARRAY['x', 'y']) WITH ORDINALITY AS u(a, b, ord)
SELECT n.a, n.b FROM ROWS FROM (generate_series(1, 2), generate_series(3, 4)) AS n(a, b)
SELECT "Odd Name", o."Odd Name" AS "Mixed Case" FROM orders o ORDER BY "Mixed Case"
SELECT "id", "orders"."note" FROM "public"."orders" WHERE "orders"."id" = 1
SELECT name AS "select", email AS value, id AS user_id FROM customers AS "user"
SELECT name year, email AS month FROM customers AS data
SELECT ID, Note FROM Orders AS O WHERE O.Total > 1
SELECT public.orders.id, orders.ctid, orders.tableoid, xmin FROM public.orders
SELECT current_date, current_timestamp, localtime, current_user, session_user, current_schema
SELECT EXISTS (SELECT 1 FROM items WHERE items.order_id = orders.id) FROM orders
SELECT (SELECT max(price) FROM items WHERE order_id = orders.id) AS top, id FROM orders ORDER BY top
SELECT id FROM orders WHERE total > ALL (SELECT price FROM items) AND total = SOME (SELECT score FROM customers)
SELECT string_agg(name, ', ' ORDER BY position DESC), array_agg(DISTINCT price) FROM items
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY price) FROM items
SELECT amount, customer_id FROM open_orders WHERE amount > 1
SELECT customer, total, "Odd Name" FROM everything WHERE customer = 'x'
SELECT id FROM orders WHERE id = $1 AND note = $2 AND status = $3::status
SELECT count(DISTINCT customer_id), sum(total) / nullif(count(*), 0) FROM orders WHERE made >= $1
SELECT o.id FROM orders o WHERE o.customer_id IN (SELECT c.id FROM customers c WHERE c.name = o.note)
SELECT x.id FROM (SELECT id FROM (SELECT id, name FROM customers) y WHERE y.name = 'a') x
SELECT xmltable.* FROM xmltable('/r' PASSING xml '<r/>' COLUMNS a int PATH '@a')
INSERT INTO customers (id, name, tags) VALUES (1, 'a', ARRAY['x']), (2, 'b', '{y,z}') RETURNING id, name AS label, *
INSERT INTO customers DEFAULT VALUES
INSERT INTO customers (id, name) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = customers.email WHERE customers.name <> excluded.name
INSERT INTO customers AS c (id, name) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT customers_pkey DO UPDATE SET (name, email) = (excluded.name, c.email)
INSERT INTO items (order_id, position, name) SELECT o.id, 1, c.name FROM orders o JOIN customers c ON c.id = o.customer_id ON CONFLICT (order_id, position) DO NOTHING
INSERT INTO items (order_id, position, size) VALUES (1, 1, ROW(1, 2)), (1, 2, '(3,4)')
INSERT INTO items (order_id, position, size.width) VALUES (1, 1, 2)
INSERT INTO sales.targets OVERRIDING SYSTEM VALUE VALUES (1, 'a', 2)
INSERT INTO customers (id, tags[1], name) VALUES (1, 'x', 'y')
INSERT INTO orders (id, data) VALUES (1, '{"a": 1}'::jsonb || jsonb_build_object('k', $1::text))
UPDATE orders SET total = total + 1, note = DEFAULT, data = jsonb_set(data, '{a}', '1') WHERE id = 1 RETURNING id, total AS now_total
UPDATE orders AS o SET (total, note) = (SELECT score, name FROM customers c WHERE c.id = o.customer_id)
UPDATE orders SET note = c.name FROM customers c LEFT JOIN items i ON i.name = c.name WHERE c.id = orders.customer_id RETURNING orders.id, c.name
UPDATE items SET size.width = 3, quantity = quantity - 1 WHERE (order_id, position) IN ((1, 1), (1, 2))
UPDATE customers SET tags[2] = 'b', name = 'c' WHERE id = 1
UPDATE ONLY customers SET name = upper(name)
DELETE FROM items USING orders o WHERE o.id = items.order_id AND o.status = 'paid' RETURNING items.*
DELETE FROM ONLY customers c WHERE NOT EXISTS (SELECT 1 FROM orders WHERE customer_id = c.id)
MERGE INTO customers c USING (SELECT 1 AS id, 'x' AS name) s ON c.id = s.id WHEN MATCHED AND c.name <> s.name THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)
MERGE INTO items m USING orders o ON m.order_id = o.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN DO NOTHING
""".strip().splitlines()  # noqa: E501
)
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\$\d+|[A-Za-z_]\w*|\d+(?:\.\d+)?|\s+|::|.", re.DOTALL)
_NAMES = (
    *("nope", "total", "orders", "customers", "items", "excluded", "position", "nam", "order_id", "createdAt"),
    *("amount", "note", '"Odd Name"', '"odd name"', "everything"),
)
_SCHEMAS = ("public", '"public"', "sales")


def broken(statement: str, dice: random.Random) -> str:
    """The statement with one word changed, taken away, doubled or put elsewhere."""
    tokens = _TOKEN.findall(statement)
    # A first word that is none of SQL's, and a schema that nobody made, are left alone on purpose.
    named = [at for at, token in enumerate(tokens) if token[:1].isalpha() or token[:1] == '"']
    words = [at for at in named if at and tokens[at] not in _SCHEMAS]
    at = dice.choice(words)
    kind = dice.random()
    if kind < 0.6:
        tokens[at] = dice.choice(_NAMES)
    elif kind < 0.75:
        tokens[at] = f"{tokens[at].strip(chr(34))}_x"
    elif kind < 0.85:
        del tokens[dice.randrange(2, len(tokens))]
    elif kind < 0.93:
        tokens.insert(dice.randrange(2, len(tokens)), dice.choice((",", "(", ")", "1", "a.", "*", ", 1")))
    else:
        other = dice.choice(words)
        tokens[at], tokens[other] = tokens[other], tokens[at]
    return "".join(tokens)
