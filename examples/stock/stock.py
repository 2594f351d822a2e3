"""A small shop's stock, kept in SQLite."""

import sqlite3


class Stock:
    """What is on the shelves."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS items (sku TEXT PRIMARY KEY, name TEXT, count INTEGER)"
        )

    def add(self, sku: str, name: str, count: int) -> None:
        """Put an item on the shelf, or more of it."""
        self.connection.execute(
            "INSERT INTO items VALUES (?, ?, ?) "
            "ON CONFLICT (sku) DO UPDATE SET count = count + excluded.count",
            (sku, name, count),
        )
