"""How an answer comes about, side by side: from one question to the whole method."""
