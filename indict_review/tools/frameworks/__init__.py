"""How projects test themselves: one module for each family of runners."""
