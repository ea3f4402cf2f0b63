"""Commands that print the figures in the documents: ratios from one run, since machines are noisy."""

# A command stands in the suite of its subject, and is called without it: `python -m benchmarks.accuracy`.
__path__ += [f"{__path__[0]}/{suite}" for suite in ("growth", "mishaps", "pace", "recognition")]
