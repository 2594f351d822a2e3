"""Shards and runs in one file of records."""
