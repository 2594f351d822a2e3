"""Orders: what a customer wants, and what it costs."""

from dataclasses import dataclass, field
from decimal import Decimal

TAX = Decimal("0.19")
LIMIT = 50


@dataclass
class Line:
    """One article, so many times."""

    article: str
    price: Decimal
    count: int = 1

    def total(self) -> Decimal:
        return self.price * self.count


@dataclass
class Order:
    """Several lines, for one customer."""

    customer: str
    lines: list[Line] = field(default_factory=list)
    paid: bool = False

    def add(self, line: Line) -> None:
        if len(self.lines) >= LIMIT:
            raise ValueError("the order is full")
        self.lines.append(line)

    def net(self) -> Decimal:
        total = Decimal(0)
        for line in self.lines:
            total += line.total()
        return total

    def gross(self) -> Decimal:
        return self.net() * (1 + TAX)

    def pay(self, amount: Decimal) -> bool:
        if amount < self.gross():
            return False
        self.paid = True
        return True


def summary(order: Order) -> str:
    """For people to read."""
    rows = [f"{line.count} x {line.article}" for line in order.lines]
    rows.append(f"total {order.gross():.2f}")
    return "\n".join(rows)
