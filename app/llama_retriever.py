"""The tutor's search as a llama-index retriever, for those who build with llama-index."""

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from app.retrieve import search
from ingest.library import Library


class TutorRetriever(BaseRetriever):
    """Passages of an opened library, best first, with their document, heading path, lines and address as metadata."""

    def __init__(self, library: Library, *, limit: int = 10) -> None:
        super().__init__()
        self._library = library
        self._limit = limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            NodeWithScore(
                node=TextNode(
                    id_=hit.chunk.id,
                    text=hit.chunk.text,
                    metadata=hit.chunk.model_dump(
                        mode="json", include={"document", "title", "heading", "lines", "url"}
                    ),
                ),
                score=hit.score,
            )
            for hit in search(self._library, query_bundle.query_str, limit=self._limit)
        ]
