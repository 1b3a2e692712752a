-- What the shop keeps. Later changes are in upgrades/.

CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped', 'delivered', 'cancelled');
CREATE TYPE membership_tier AS ENUM ('bronze', 'silver', 'gold');

CREATE TABLE customer_profiles (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    tier membership_tier NOT NULL DEFAULT 'bronze',
    preferences jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE products (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    category text NOT NULL,
    price numeric(10, 2) NOT NULL CHECK (price >= 0),
    stock_quantity integer NOT NULL DEFAULT 0,
    rating numeric(2, 1),
    reviews_count integer NOT NULL DEFAULT 0
);

CREATE TABLE orders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    order_number bigint GENERATED ALWAYS AS IDENTITY,
    customer_id uuid NOT NULL REFERENCES customer_profiles (id),
    product_id uuid NOT NULL REFERENCES products (id),
    price numeric(10, 2) NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    discount numeric(4, 3) NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 1),
    state order_status NOT NULL DEFAULT 'pending',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE product_ratings (
    product_id uuid NOT NULL REFERENCES products (id),
    customer_id uuid NOT NULL REFERENCES customer_profiles (id),
    quality smallint NOT NULL CHECK (quality BETWEEN 1 AND 5),
    comment text,
    PRIMARY KEY (product_id, customer_id)
);
