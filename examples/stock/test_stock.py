"""What the shop relies on."""

import sqlite3
import unittest

from stock import Stock


class AddTest(unittest.TestCase):
    def setUp(self) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.addCleanup(self.connection.close)
        self.stock = Stock(self.connection)

    def count(self, sku: str) -> int:
        query = "SELECT count FROM items WHERE sku = ?"
        return self.connection.execute(query, (sku,)).fetchone()[0]

    def test_a_new_item_is_on_the_shelf(self) -> None:
        self.stock.add("a1", "apple", 3)

        self.assertEqual(self.count("a1"), 3)

    def test_more_of_an_item_adds_up(self) -> None:
        self.stock.add("a1", "apple", 3)
        self.stock.add("a1", "apple", 4)

        self.assertEqual(self.count("a1"), 7)


if __name__ == "__main__":
    unittest.main()
