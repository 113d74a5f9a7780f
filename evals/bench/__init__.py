"""Benchmarks, run by `python -m evals.bench [ingest|search|serve]`: side by side with libraries, as medians and ratios."""
