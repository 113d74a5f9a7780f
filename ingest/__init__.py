"""Documents in, an index and a graph of topics out. Imports neither `app` nor `evals`."""
