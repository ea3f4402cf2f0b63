"""What the bot does, in words that know nothing of Slack."""
