"""llama-index's stock pipeline from a folder to a Qdrant collection on disk. A process of its own."""

import sys

from llama_index.core import SimpleDirectoryReader
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.vector_stores.qdrant import QdrantVectorStore
from qdrant_client import QdrantClient


def main(folder: str, store: str) -> int:
    """How many passages were stored. It reads HTML as plain text with its tags; the embedding costs next to nothing."""
    documents = SimpleDirectoryReader(folder, recursive=True).load_data()
    vectors = QdrantVectorStore("bench", client=QdrantClient(path=store))
    pipeline = IngestionPipeline(transformations=[SentenceSplitter(), MockEmbedding(8)], vector_store=vectors)
    return len(pipeline.run(documents=documents))


if __name__ == "__main__":
    sys.stdout.write(str(main(sys.argv[1], sys.argv[2])))
