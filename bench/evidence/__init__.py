"""What is claimed, measured: one module a kind of measurement, one a table."""
