"""The only module of `ingest` that reads the environment (and a `.env` file in the working directory)."""

from pathlib import Path
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.errors import ConfigurationError

PROJECT = Path(__file__).resolve().parent.parent


class IngestSettings(BaseSettings):
    """Where documents come from and where the index goes."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    data: Path = Field(
        default_factory=lambda: user_data_path("roadmap-tutor"),
        validation_alias="TUTOR_DATA",
        description="Folder of the index and of the learners' records.",
    )
    corpus: Path = Field(
        default=PROJECT / "corpus",
        validation_alias="TUTOR_CORPUS",
        description="Folder of Markdown documents to ingest.",
    )
    qdrant_url: str = Field(
        default="",
        validation_alias="QDRANT_URL",
        description="Address of a Qdrant server; empty means the embedded index.",
    )
    qdrant_api_key: str = Field(
        default="",
        validation_alias="QDRANT_API_KEY",
        description="Key for the Qdrant server.",
    )

    qdrant_shards: int = Field(
        default=1,
        ge=1,
        validation_alias="QDRANT_SHARDS",
        description="Shards of a collection on the Qdrant server.",
    )
    qdrant_replicas: int = Field(
        default=1,
        ge=1,
        validation_alias="QDRANT_REPLICAS",
        description="Copies of each shard that the Qdrant cluster keeps.",
    )
    openai_api_key: str = Field(
        default="",
        validation_alias="OPENAI_API_KEY",
        pattern=r"^[!-~]*$",
        description="Key of an OpenAI-compatible endpoint; empty, with no base URL, means no model.",
    )
    openai_base_url: str = Field(
        default="",
        validation_alias="OPENAI_BASE_URL",
        pattern=r"^(https?://[^\s\x00-\x1f]+)?$",
        description="Address of an OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1.",
    )
    embedding_model: str = Field(
        default="",
        validation_alias="TUTOR_EMBEDDING_MODEL",
        description="Name of the embedding model; empty means that questions find passages by words alone.",
    )
    embedding_base_url: str = Field(
        default="",
        validation_alias="TUTOR_EMBEDDING_BASE_URL",
        pattern=r"^(https?://[^\s\x00-\x1f]+)?$",
        description="Address of the endpoint that has the embedding model; empty means OPENAI_BASE_URL.",
    )
    embedding_api_key: str = Field(
        default="",
        validation_alias="TUTOR_EMBEDDING_API_KEY",
        pattern=r"^[!-~]*$",
        description="Key of that endpoint; empty means OPENAI_API_KEY when the address is the same.",
    )
    embedding_dimensions: int = Field(
        default=0,
        ge=0,
        le=65_536,
        validation_alias="TUTOR_EMBEDDING_DIMENSIONS",
        description="Dimensions to ask of the embedding model; 0 means as many as it gives.",
    )
    dense_weight: float = Field(
        default=1.0,
        gt=0,
        le=100,
        validation_alias="TUTOR_DENSE_WEIGHT",
        description="Weight of the places by meaning beside the places by words, which weigh 1.",
    )
    fetch_at_once: int = Field(
        default=8,
        ge=1,
        le=64,
        validation_alias="TUTOR_FETCH_AT_ONCE",
        description="Linked pages that are fetched at once; one host is asked for one page at a time.",
    )
    fetch_pause: float = Field(
        default=1.0,
        ge=0,
        le=60,
        validation_alias="TUTOR_FETCH_PAUSE",
        description="Seconds between two requests to one host.",
    )
    fetch_loopback: str = Field(
        default="",
        validation_alias="TUTOR_FETCH_LOOPBACK",
        description="Hosts with port on this machine that may be fetched from, separated by commas; for tests.",
    )

    @property
    def embedding_url(self) -> str:
        """The address that the embedding model is asked at; "" is OpenAI's own."""
        return self.embedding_base_url or self.openai_base_url

    @property
    def embedding_key(self) -> str:
        """The key that goes with it; "" for none. OPENAI_API_KEY goes to no other address than OPENAI_BASE_URL."""
        shared = self.openai_api_key if self.embedding_url == self.openai_base_url else ""
        return self.embedding_api_key or shared

    @field_validator("openai_base_url", "embedding_base_url")
    @classmethod
    def _has_a_readable_host(cls, address: str) -> str:
        try:
            _ = urlsplit(address).port, (urlsplit(address).hostname or "").encode("idna")
        except ValueError as error:
            raise ValueError("the host or the port of the address cannot be read") from error
        return address

    @field_validator("data", "corpus")
    @classmethod
    def _without_tilde(cls, folder: Path) -> Path:
        try:
            return folder.expanduser()
        except RuntimeError as error:
            raise ValueError(f"there is no home folder for {str(folder)!r}") from error


def ingest_settings(**overrides: object) -> IngestSettings:
    """Settings from the environment; `overrides` are by alias, for example `TUTOR_DATA=path`.

    Raises ConfigurationError naming the first setting that is wrong.
    """
    try:
        return IngestSettings.model_validate(overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = first["loc"][0] if first["loc"] else "?"
        message = first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(f"setting {name}: {message}; see .env.example") from error
