"""What an order has to keep."""


def check_customer(order):
    errors = []
    if not order.customer:
        errors.append("no customer")
        return errors
    return errors


def check_lines(order):
    errors = []
    if not order.lines:
        errors.append("no lines")
        return errors
    return errors


def check_prices(order):
    errors = []
    for line in order.lines:
        if line.price < 0:
            errors.append("price below zero")
            return errors
    return errors


def check_counts(order):
    errors = []
    for line in order.lines:
        if line.count < 1:
            errors.append("count below one")
            return errors
    return errors
