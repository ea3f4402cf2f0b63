"""What goes with a release: whose work the bot runs on, in words and as a bill of materials."""
