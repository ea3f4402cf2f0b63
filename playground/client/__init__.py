"""What the page talks to: all that a member can do and see, under /client."""
