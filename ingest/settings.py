"""The only module of `ingest` that reads the environment (and a `.env` file in the working directory)."""

from pathlib import Path

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
