"""The only module of `app` that reads the environment (and a `.env` file in the working directory)."""

from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.errors import ConfigurationError


class AppSettings(BaseSettings):
    """Which model words the answers, and where the page is served."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    api_key: str = Field(
        default="",
        validation_alias="OPENAI_API_KEY",
        pattern=r"^[!-~]*$",
        description="Key of an OpenAI-compatible endpoint; empty, with no base URL, means no model.",
    )
    base_url: str = Field(
        default="",
        validation_alias="OPENAI_BASE_URL",
        pattern=r"^(https?://.+)?$",
        description="Address of an OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1.",
    )
    model: str = Field(
        default="gpt-5-mini",
        validation_alias="TUTOR_MODEL",
        description="Name of the chat model at that endpoint.",
    )
    model_timeout: float = Field(
        default=45,
        gt=0,
        le=3600,
        allow_inf_nan=False,
        validation_alias="TUTOR_MODEL_TIMEOUT",
        description="Seconds to wait for the model's next words before the tutor falls back to quotes.",
    )
    passage_tokens: int = Field(
        default=3000,
        ge=200,
        validation_alias="TUTOR_PASSAGE_TOKENS",
        description="Tokens of passages that a model is shown for one answer.",
    )
    host: str = Field(
        default="127.0.0.1",
        validation_alias="TUTOR_HOST",
        description="Address that the page is served on.",
    )
    port: int = Field(
        default=7860,
        ge=0,
        le=65535,
        validation_alias="TUTOR_PORT",
        description="Port that the page is served on.",
    )
    allowed_hosts: str = Field(
        default="127.0.0.1,localhost,[::1]",
        validation_alias="TUTOR_ALLOWED_HOSTS",
        description="Host names that the page answers to, separated by commas; * for any.",
    )
    database: str = Field(
        default="",
        validation_alias="TUTOR_DATABASE",
        description="SQLAlchemy address of the learners' records; empty means SQLite in the data folder.",
    )

    @field_validator("base_url")
    @classmethod
    def _has_a_readable_port(cls, address: str) -> str:
        try:
            _ = urlsplit(address).port
        except ValueError as error:
            raise ValueError("the host or the port of the address cannot be read") from error
        return address

    @property
    def has_model(self) -> bool:
        """Whether an endpoint is configured."""
        return bool(self.api_key or self.base_url)


def app_settings() -> AppSettings:
    """Settings from the environment. Raises ConfigurationError naming the first one that is wrong."""
    try:
        return AppSettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = first["loc"][0] if first["loc"] else "?"
        message = first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(f"setting {name}: {message}; see .env.example") from error
