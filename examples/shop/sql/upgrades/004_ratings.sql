-- Ratings live in product_ratings.
ALTER TABLE products DROP COLUMN rating;
