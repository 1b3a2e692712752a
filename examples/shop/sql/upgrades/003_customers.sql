ALTER TABLE customer_profiles RENAME TO customers;
