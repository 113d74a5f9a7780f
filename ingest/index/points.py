"""What both back ends keep of a chunk, and what a restriction asks of it; in neither's own types."""

from ingest.values import Value, Where

VECTOR = "sparse"
DENSE = "dense"
# The k of reciprocal rank fusion, Qdrant's own: places, and preferences that multiply a score, both count. At the
# literature's 60 the first thirty places are worth nearly the same, and any preference sorts by itself alone.
RRF_K = 2
# Of either list: a place behind these is worth too little to lift a chunk.
CANDIDATES = 50
_WORTH_LINKS = 300_000  # points; up to there the exact answer is quick
PAGE = 1000
FILTERED = ("language", "kind", "topic", "document", "role")


def weights(dense: float) -> tuple[float, float]:
    """The weights of the places by words and by meaning, the greater one 1.

    Qdrant divides a place by its weight: above 1, all places of a list grow alike, and the other list decides.
    """
    return 1 / max(dense, 1.0), min(dense, 1.0)


class DenseLayout(Value):
    """The dense vectors of an index: how many dimensions they have, and how many points there will be."""

    dimensions: int
    points: int

    @property
    def links(self) -> int:
        """HNSW's links of a point; 0 for an exact search."""
        return 16 if self.points >= _WORTH_LINKS else 0


def wanted(where: Where) -> dict[str, str]:
    """The payload fields that must have a value, with that value."""
    fields = {"language": where.language, "kind": where.kind, "topic": where.topic, "document": where.document}
    return {name: value for name, value in fields.items() if value}


def unwanted(where: Where) -> dict[str, list[str]]:
    """The payload fields that must have none of some values, with those values."""
    return {"role": list(where.without_roles)} if where.without_roles else {}
