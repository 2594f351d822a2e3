"""Two strategies, models or runs beside each other."""
