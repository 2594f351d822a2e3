import csv
import os


def read(path):
    with open(path) as file:
        return list(csv.reader(file))


def write(path, rows):
    with open(path, "w") as file:
        csv.writer(file).writerows(rows)


def show(path):
    os.system("cat " + path)


def columns(rows):
    return [list(column) for column in zip(*rows, strict=True)]
