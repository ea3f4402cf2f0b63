"""What goes with a release: whose work the bot runs on, and what it is tried by: its image, mutants, what it leaves."""
