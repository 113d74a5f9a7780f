"""llama-index users can plug the index in."""

from app.llama_retriever import TutorRetriever
from app.retrieve import search
from ingest.library import Library


def test_a_llama_index_retriever_returns_what_the_search_finds(corpus_library: Library) -> None:
    nodes = TutorRetriever(corpus_library, limit=3).retrieve("What is an LSTM?")
    hits = search(corpus_library, "What is an LSTM?", limit=3)
    assert [node.node.node_id for node in nodes] == [hit.chunk.id for hit in hits]
    assert nodes[0].node.metadata["document"] == "lessons/lstm/en"
