"""What both back ends keep of a chunk, and what a restriction asks of it; in neither's own types."""

from ingest.values import Where

VECTOR = "sparse"
PAGE = 1000
FILTERED = ("language", "kind", "topic", "document", "role")


def wanted(where: Where) -> dict[str, str]:
    """The payload fields that must have a value, with that value."""
    fields = {"language": where.language, "kind": where.kind, "topic": where.topic, "document": where.document}
    return {name: value for name, value in fields.items() if value}


def unwanted(where: Where) -> dict[str, list[str]]:
    """The payload fields that must have none of some values, with those values."""
    return {"role": list(where.without_roles)} if where.without_roles else {}
