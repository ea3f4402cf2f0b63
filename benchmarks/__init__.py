"""Commands that print the figures in the documents: ratios from one run, since machines are noisy."""
