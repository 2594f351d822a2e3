"""From records to tables: what marks count for, estimates with intervals, paired tests."""
