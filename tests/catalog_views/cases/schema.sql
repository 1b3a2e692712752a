CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN email AS varchar(80);
CREATE DOMAIN positive AS integer CHECK (value > 0);
CREATE TYPE pair AS (x integer, y text);
CREATE TYPE span AS RANGE (subtype = timestamptz);
CREATE TABLE customer (
    id bigint PRIMARY KEY, name varchar(50) NOT NULL, mail email, mood mood, tags text[], joined timestamptz, doc jsonb,
    code char(3), balance numeric(10,2), age positive, at pair, moods mood[], active boolean, born date, raw json
);
CREATE TABLE orders (
    id integer PRIMARY KEY, customer_id bigint, total numeric(12,4), placed timestamp(3), note text, weight real,
    qty smallint, price double precision, key uuid, label varchar, stay tstzrange, wait interval, ip inet, part "char"
);
CREATE SCHEMA app;
CREATE TABLE app.event (id integer, kind varchar(20), at time, customer_id bigint, payload bytea, mask bit(4));
CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * a';
CREATE FUNCTION twice(a text) RETURNS text LANGUAGE sql AS 'SELECT a || a';
CREATE FUNCTION both_of(a integer, OUT low integer, OUT high numeric) LANGUAGE sql AS 'SELECT a, a::numeric';
CREATE FUNCTION rows_of(a integer DEFAULT 1) RETURNS TABLE (n integer, word text) LANGUAGE sql AS 'SELECT 1, ''x''';
CREATE FUNCTION column_of() RETURNS TABLE (only_one date) LANGUAGE sql AS 'SELECT current_date';
CREATE FUNCTION customers() RETURNS SETOF customer LANGUAGE sql AS 'SELECT * FROM customer';
CREATE FUNCTION first_of(anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $1[1]';
CREATE FUNCTION many(VARIADIC words text[]) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION anything(a integer) RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, ''x''::text';
CREATE VIEW named AS SELECT id, name AS title FROM customer;
