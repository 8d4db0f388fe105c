"""Everything the backend reads from its environment."""

from functools import lru_cache
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """A field without a default must be supplied in every environment."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    environment: Literal["local", "ci", "preview", "staging", "production"] = "local"
    debug: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    git_sha: str = "unknown"

    # Where customers reach the shop, for links in mails and redirects after payment.
    app_url: str = "http://localhost:3000"
    cors_origins: list[str] = ["http://localhost:3000"]

    database_url: SecretStr
    redis_url: SecretStr
    session_secret: SecretStr

    s3_endpoint: str = "http://localhost:9000"
    s3_bucket: str = "bike-shop-local"
    s3_access_key: SecretStr = SecretStr("minio")
    s3_secret_key: SecretStr = SecretStr("minio-local")

    # Payments are off while the key is empty.
    payment_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("PAYMENT_API_KEY", "PSP_API_KEY"),
    )

    booking_window_days: int = Field(default=30, ge=1, le=365)
    photo_max_bytes: int = 5_000_000


@lru_cache
def get_settings() -> Settings:
    return Settings()
