"""Keeps orders in a database."""

import sqlite3

SCHEMA = "create table orders (id integer primary key, customer text, total text)"


class Storage:
    def __init__(self, path):
        self.db = sqlite3.connect(path)

    def create(self):
        cursor = self.db.cursor()
        try:
            cursor.execute(SCHEMA)
        finally:
            cursor.close()
        self.db.commit()

    def save(self, customer, total):
        cursor = self.db.cursor()
        try:
            cursor.execute("insert into orders values (null, ?, ?)", (customer, total))
        finally:
            cursor.close()
        self.db.commit()

    def find(self, customer):
        cursor = self.db.cursor()
        try:
            cursor.execute(f"select * from orders where customer = '{customer}'")
            return cursor.fetchall()
        finally:
            cursor.close()

    def remove(self, customer):
        cursor = self.db.cursor()
        try:
            cursor.execute("delete from orders where customer = ?", (customer,))
        finally:
            cursor.close()
        self.db.commit()
