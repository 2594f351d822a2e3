"""The two critics and their dialogue."""
