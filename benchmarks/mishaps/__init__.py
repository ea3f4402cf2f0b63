"""What becomes of what was asked while something goes wrong: processes, machines, Slack, the disk, the input."""
