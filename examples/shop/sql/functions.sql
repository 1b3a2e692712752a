-- What the shop asks the database to do.

CREATE FUNCTION calculate_total(price numeric, quantity integer, discount numeric DEFAULT 0, tax_rate numeric DEFAULT 0.1)
RETURNS numeric
LANGUAGE sql IMMUTABLE
AS $$
    SELECT round(price * quantity * (1 - discount) * (1 + tax_rate), 2)
$$;

CREATE FUNCTION get_order_summary(for_customer uuid)
RETURNS TABLE (total_orders bigint, total_revenue numeric, average_order numeric)
LANGUAGE sql STABLE
AS $$
    SELECT count(*), coalesce(sum(final_price), 0), coalesce(round(avg(final_price), 2), 0)
    FROM orders
    WHERE customer_id = for_customer
$$;
