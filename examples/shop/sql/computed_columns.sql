-- What the database computes itself.

ALTER TABLE orders
    ADD COLUMN total_price numeric(12, 2) GENERATED ALWAYS AS (price * quantity) STORED,
    ADD COLUMN discount_amount numeric(12, 2) GENERATED ALWAYS AS (price * quantity * discount) STORED,
    ADD COLUMN final_price numeric(12, 2) GENERATED ALWAYS AS (price * quantity * (1 - discount)) STORED;
