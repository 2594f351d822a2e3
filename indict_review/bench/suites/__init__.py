"""The suites: each reads the data that the user gives, and knows how its answers are scored."""
