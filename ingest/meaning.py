"""What a question means to an index with dense vectors, and why that may be missing."""

from typing import Literal

from ingest.values import Value

# "not_built": the index has no dense vectors yet. All others are faults of the endpoint, as `ingest.embed` names them.
Reason = Literal[
    "not_built", "down", "slow", "key", "unknown", "busy", "quota", "failing", "refused", "unreadable", "dimensions"
]


class DenseQuery(Value):
    """The vector of a question, and how much a place by meaning weighs beside a place by words, which weighs 1."""

    vector: tuple[float, ...]
    weight: float


class Meaning(Value):
    """`query` is None where words alone are searched for: because nothing else is wanted (`problem` is ""), or why not."""

    query: DenseQuery | None = None
    problem: Reason | Literal[""] = ""
