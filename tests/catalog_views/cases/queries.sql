SELECT 1, 'x', NULL, true, 1.5, now(), count(*) FROM customer;

SELECT 1 AS a, name AS "The Name", customer.id FROM customer;

SELECT CASE WHEN true THEN 1 END, CASE WHEN true THEN id ELSE age END, CASE WHEN true THEN 1 ELSE 2.5 END::text FROM
  customer;

SELECT coalesce(name, 'x'), nullif(name, ''), greatest(1, 2.5), least(id, age) FROM customer;

SELECT ARRAY[1, 2], ROW(1, 'x'), EXISTS (SELECT 1), (SELECT max(id) FROM customer), ARRAY(SELECT name FROM customer);

SELECT (SELECT 1), (SELECT 'x' AS q), (SELECT total FROM orders LIMIT 1);

SELECT current_date, current_timestamp AS t, current_user, localtime, localtimestamp(2) AS l, session_user AS s,
  current_schema AS c, current_time AS ct;

SELECT tags[1], tags[1:2], (at).x, (customer.at).y, name COLLATE "C" FROM customer;

SELECT extract(year FROM joined), joined AT TIME ZONE 'utc', position('a' IN name), trim(name), substring(name FROM
  2) FROM customer;

SELECT NOT active, active AND true AS a, name IS NULL AS n, id IN (1, 2) AS i, name LIKE 'x' AS k FROM customer;

SELECT pg_catalog.lower(name), "left"(name, 2), upper(name) AS u FROM customer;

SELECT grouping(mood), mood, count(*) FROM customer GROUP BY ROLLUP (mood);

SELECT * FROM customer;

SELECT c.*, o.total FROM customer c JOIN orders o ON o.customer_id = c.id;

SELECT * FROM orders JOIN (SELECT id AS customer_id, name FROM customer) c USING (customer_id);

SELECT * FROM orders NATURAL JOIN (SELECT id, name FROM customer) c;

SELECT id, c.name FROM orders NATURAL FULL JOIN (SELECT id, name FROM customer) c;

SELECT * FROM (orders JOIN app.event USING (customer_id)) AS j(a, b, c, d, e, f, g, h, i, k, l, m, n, o, p);

SELECT j.customer_id, e.kind FROM orders JOIN app.event e USING (customer_id) AS j;

SELECT app.event.kind, event.at FROM app.event;

SELECT q.*, r.b FROM (SELECT id, name FROM customer) q(k), (VALUES (1, 'x'), (2, NULL)) r(a, b);

SELECT * FROM (VALUES (1, 'x', NULL), (2.5, 'y', 'z')) AS v;

VALUES (1, 'x'::varchar(3)), (2, 'y'::varchar(3));

SELECT c FROM customer c;

SELECT s FROM (SELECT 1 AS a) s;

SELECT (c).name, (c.at).* FROM customer c;

SELECT n.*, x.* FROM named n CROSS JOIN LATERAL (SELECT n.title || '!' AS loud, n.id + 1) x;

TABLE named;

WITH a AS (SELECT id, name FROM customer), b(k, v) AS (SELECT * FROM a) SELECT k, v, upper(v) FROM b;

WITH RECURSIVE r(n, path) AS (SELECT 1, ARRAY[1] UNION ALL SELECT n + 1, path || n FROM r WHERE n < 5) SELECT * FROM r;

WITH RECURSIVE tree AS (SELECT id, name, 0 AS depth FROM customer UNION SELECT c.id, c.name, depth + 1 FROM customer
  c JOIN tree ON tree.id = c.id) SELECT *, depth * 2 AS d FROM tree;

WITH customer AS (SELECT 1 AS id) SELECT * FROM customer, public.customer AS p;

SELECT 1 UNION SELECT 2.5;

SELECT 'x' AS a, NULL AS b UNION ALL SELECT 'y', 1;

SELECT name FROM customer UNION SELECT kind FROM app.event;

SELECT name FROM customer UNION SELECT name FROM customer;

SELECT NULL AS n UNION (SELECT NULL AS m UNION SELECT 'z');

(SELECT DISTINCT 'US' AS s FROM customer) UNION SELECT name FROM customer;

SELECT 'US' AS s FROM customer GROUP BY 1 UNION SELECT name FROM customer;

SELECT id FROM orders INTERSECT SELECT id FROM customer EXCEPT SELECT qty FROM orders;

SELECT id + 1 AS a, qty * qty AS b, price / 2 AS c, total * 1.5 AS d, total + price AS e, weight * 2 AS f, -qty AS
  g, qty / 2.0 AS h, 7 % 2 AS i, 2 ^ 3 AS j, id * weight AS k, @ total AS l, |/ 4 AS m FROM orders;

SELECT joined + '1 day' AS a, joined - joined AS b, born + 1 AS c, born - born AS d, born + interval '1 day' AS e,
  now() - interval '1 hour' AS f, interval '1 day' * 2 AS g, born - 3 AS h, '2020-01-01' - born AS i FROM customer;

SELECT name || 'x' AS a, name || 1 AS b, tags || '{x}' AS c, doc || '{}' AS d, 'a' || 'b' AS e, code || name AS f,
  tags || tags AS g, '{x}' || tags AS h FROM customer;

SELECT doc -> 'a' AS a, doc ->> 'a' AS b, doc #> '{a}' AS c, doc #>> '{a}' AS d, raw -> 0 AS e, doc - 'x' AS f, doc
  ? 'x' AS g, doc @> '{}' AS h, (doc -> 'a' ->> 'b')::integer AS i, doc['a'] AS j FROM customer;

SELECT stay && stay AS a, lower(stay) AS b, stay * stay AS c, ip << '10.0.0.0/8' AS d, ip + 1 AS e, key = key AS f
  FROM orders;

SELECT mail || 'x' AS a, age + 1 AS b, age + 1.5 AS c, mail = 'x' AS d, mood = 'ok' AS e, moods || 'ok'::mood AS f
  FROM customer;

SELECT sum(id), sum(qty), sum(total), sum(price), sum(weight), avg(id), avg(price), min(total), max(label),
  count(note), bool_and(true), every(false), stddev(id), sum(wait), avg(wait), min(placed) FROM orders;

SELECT string_agg(note, ','), array_agg(id), array_agg(note ORDER BY id), json_agg(orders), jsonb_object_agg(id,
  note), percentile_cont(0.5) WITHIN GROUP (ORDER BY total), mode() WITHIN GROUP (ORDER BY label), count(*) FILTER
  (WHERE id > 1) AS f, array_agg(DISTINCT qty) AS q, max(ip) AS m FROM orders;

SELECT row_number() OVER (), rank() OVER (ORDER BY id), lag(total) OVER (ORDER BY id), lead(note, 1, 'x') OVER w,
  first_value(placed) OVER w, sum(qty) OVER w, ntile(4) OVER w, percent_rank() OVER w FROM orders WINDOW w AS (ORDER
  BY id);

SELECT round(total), round(total, 2), round(price), floor(total), ceil(price), abs(qty), mod(id, 2), power(id, 2),
  sqrt(total), trunc(total, 1), random(), sign(price), div(total, 2), exp(1), ln(total), log(10, total) FROM orders;

SELECT date_trunc('day', joined), date_trunc('day', born), date_part('year', born), age(joined), to_char(joined,
  'x'), to_date('x', 'y'), to_timestamp(1), make_date(1, 2, 3), date(joined), joined::date, extract(epoch FROM born),
  justify_days('1 day'), make_interval(days => 3), clock_timestamp(), timezone('utc', joined), isfinite(born) FROM
  customer;

SELECT length(name), char_length(name), lower(name), replace(name, 'a', 'b'), split_part(name, ',', 1), md5(name),
  concat(name, 1), concat_ws('-', name, id), format('%s', id), regexp_replace(name, 'a', 'b'), initcap(name),
  lpad(name, 3), reverse(name), strpos(name, 'x'), to_hex(5), chr(65), ascii(name), quote_ident(name), btrim(code),
  regexp_matches(name, 'x'), regexp_split_to_array(name, ','), string_to_array(name, ','), starts_with(name, 'x'),
  translate(name, 'a', 'b'), encode('x', 'hex'), left(name, 1), overlay(name PLACING 'x' FROM 1) FROM customer;

SELECT array_length(tags, 1), unnest(tags), cardinality(tags), array_to_string(tags, ','), array_append(tags, 'x'),
  array_position(tags, 'x'), array_remove(tags, 'x'), array_cat(tags, tags), generate_subscripts(tags, 1),
  array_upper(moods, 1), unnest(moods) AS m, first_of(tags), first_of(moods) AS fm, array_fill(1, ARRAY[2]) FROM
  customer;

SELECT jsonb_build_object('a', 1), to_jsonb(name), row_to_json(customer), json_build_array(1),
  jsonb_array_length(doc), jsonb_array_elements(doc), jsonb_each(doc), jsonb_object_keys(doc), jsonb_typeof(doc),
  jsonb_set(doc, '{a}', '1'), jsonb_extract_path_text(doc, 'a'), jsonb_path_query(doc, '$'), json_object('{}'),
  to_json(id), jsonb_strip_nulls(doc) FROM customer;

SELECT gen_random_uuid(), pg_size_pretty(1::bigint), current_setting('x', true), nextval('pg_class'::regclass) AS n,
  pg_typeof(1), coalesce(NULL, 'x'), version(), txid_current(), inet_client_addr(), host(ip), masklen(ip) FROM orders;

SELECT twice(1), twice('x'), twice(id) AS b, many('a', 'b'), both_of(1), (both_of(1)).*, (both_of(1)).high,
  rows_of() FROM orders;

SELECT * FROM generate_series(1, 3);

SELECT * FROM generate_series(now(), now(), '1 day') AS d;

SELECT d::date, x FROM generate_series('2020-01-01'::date, '2020-02-01', '1 day') AS d, unnest(ARRAY['a']) WITH
  ORDINALITY AS u(x, n);

SELECT * FROM both_of(1), rows_of(2) AS r(a), column_of(), customers() AS c, twice(3) AS t, twice('x');

SELECT c.name, (c).id FROM customers() c;

SELECT e.*, k.* FROM customer, jsonb_each(doc) e, json_each_text(raw) k(a, b);

SELECT a.value, b.* FROM customer, jsonb_array_elements(doc) a, jsonb_array_elements_text(doc) AS b;

SELECT * FROM json_to_recordset('[]') AS x(a integer, b text[], c mood);

SELECT * FROM anything(1) AS t(k integer, w text);

SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a']) WITH ORDINALITY;

SELECT * FROM ROWS FROM (generate_series(1, 2), unnest(ARRAY['a'])) AS r(a);

SELECT * FROM jsonb_populate_record(NULL::pair, '{}'), jsonb_populate_recordset(NULL::pair, '[]') AS p;

SELECT * FROM regexp_split_to_table('a', ','), string_to_table('a', ',') AS s, current_date, regexp_matches('a', 'b') m;

SELECT * FROM customer, json_table(doc, '$[*]' COLUMNS (n FOR ORDINALITY, a integer PATH '$.a', b text)) AS t;

SELECT * FROM pg_catalog.generate_series(1, 2) g(i), LATERAL (SELECT i * 2 AS twice) s;

SELECT unnest(ARRAY[at]), (unnest(ARRAY[at])).* FROM customer;

SELECT name, mail, code, balance, placed, total, label, part, mask, age, mood, moods, customer.at, stay, wait FROM
  customer, orders, app.event;

SELECT coalesce(balance, 0) AS a, coalesce(balance, balance) AS b, CASE WHEN true THEN name ELSE name END AS c, CASE
  WHEN true THEN name ELSE 'x' END AS d, nullif(balance, 0) AS e, nullif(label, 'x') AS f, nullif(code, 'x') AS g,
  greatest(placed, now()) AS h, CASE WHEN true THEN NULL ELSE placed END AS i, coalesce(mail, 'x') AS j, coalesce(age,
  0) AS k, nullif(id, 5::bigint) AS l, nullif('a', 'b') AS m FROM (SELECT c.*, o.placed, o.label FROM customer c,
  orders o) s;

SELECT balance::numeric(5), name::char, name::varchar(3), joined::timestamp(0), joined::timestamptz(2), '1'::bit(3)
  AS b, '1 day'::interval day AS i, name::bpchar AS p, id::real AS r, doc::text AS t, ARRAY[name, name] AS n,
  tags::varchar(3)[], '{}'::pair[] AS ps, x'ff' AS x, 9999999999 AS big, 99999999999999999999 AS huge, -2147483648 AS
  low, 'x'::"char" AS q, '1'::float AS fl, '1'::dec(3,1) AS de, ARRAY[1, 2.5] AS ar, ARRAY[[1], [2]] AS nested,
  ARRAY[NULL, 'x'] AS un, ARRAY[]::integer[] AS none, '[1,2)'::int4range AS ir, int4range(1, 2) AS fr FROM customer;

SELECT name = ANY (tags) AS a, id = ALL (ARRAY[1]) AS b, (id, name) = (1, 'x') AS c, name SIMILAR TO 'x' AS d, name
  BETWEEN 'a' AND 'b' AS e, active IS NOT TRUE AS f, name ~* 'x' AS g, id IS DISTINCT FROM 3 AS h FROM customer;

SELECT (SELECT name FROM customer c WHERE c.id = o.customer_id), (SELECT count(*) FROM app.event e WHERE
  e.customer_id = o.customer_id) AS n FROM orders o;

SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY joined), percentile_cont(ARRAY[0.1]) WITHIN GROUP (ORDER BY age),
  rank(1) WITHIN GROUP (ORDER BY id), array_agg(tags), array_agg(mood), json_object_agg(id, name) FROM customer;

SELECT range_merge(stay, stay), upper(stay), isempty(stay), multirange(stay), unnest(multirange(stay)) AS u,
  range_agg(stay) FROM orders GROUP BY stay;

SELECT oid, relname, reltuples, relacl FROM pg_class;

SELECT table_name, is_nullable FROM information_schema.columns;

SELECT 'x'::text, '{}'::integer[], name::text, 5::bigint, CAST('2020-01-01' AS date), ('x')::varchar(5) FROM customer;

SELECT ctid, xmin, customer.tableoid, tableoid::regclass AS t FROM customer;

SELECT json_object('a': 1), json_array(1, 2), json_scalar(1), json('{}'), json_serialize('{}'), json_value('{}', '$'),
  json_query('{}', '$'), json_exists('{}', '$'), json_value('1', '$' RETURNING integer) AS v, json_array(SELECT 1) AS q,
  json_object('a': 1 RETURNING jsonb) AS o, '{}' IS JSON OBJECT AS j, json_serialize('{}' RETURNING varchar(9)) AS s,
  json_query('{}', '$' RETURNING text[]) AS t, json_array(SELECT 1);

SELECT json_objectagg(id: name), json_arrayagg(name), json_objectagg(id: name RETURNING jsonb) AS b,
  json_arrayagg(name ORDER BY id RETURNING text) AS t FROM customer;
