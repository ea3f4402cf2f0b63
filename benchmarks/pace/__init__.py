"""How fast the bot and its engine are, and what they take: CPU, memory, and patience."""
