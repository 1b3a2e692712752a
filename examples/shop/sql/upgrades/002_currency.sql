-- Old orders were all in euro; new ones have to say.
ALTER TABLE orders ADD COLUMN currency character(3) NOT NULL DEFAULT 'EUR';
ALTER TABLE orders ALTER COLUMN currency DROP DEFAULT;
