"""What hosted models and servers differ in: shapes, failures, usage, marks, names."""
