"""Settings classes in the idioms that services use; make_key.py asks the real library what they read."""

from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Optional, Union

from pydantic import (
    AliasChoices,
    AliasPath,
    AnyHttpUrl,
    BaseModel,
    BeforeValidator,
    Field,
    HttpUrl,
    NonNegativeInt,
    PositiveInt,
    PostgresDsn,
    RedisDsn,
    SecretStr,
    computed_field,
    field_validator,
)
from pydantic import v1
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
import pydantic_settings

DEFAULT_REGION = "eu-west-1"
MINUTE = 60
Port = Annotated[int, Field(ge=1, le=65535)]


class Level(str, Enum):
    LOW = "low"
    HIGH = "high"


class Plain(BaseSettings):
    """No configuration at all."""

    name: str
    count: int = 3
    ratio: float = 0.5
    debug: bool = False
    negative: int = -1
    minutes: int = 60 * 24
    seconds: int = MINUTE * 5
    region: str = DEFAULT_REGION
    joined: str = "a" "b"
    maybe: Optional[str] = None
    maybe_int: int | None = None
    nullable_required: str | None
    level: Level = Level.LOW
    mode: Literal["off", "on"] = "off"
    where: Path = Path("/data")
    tags: list[str] = []
    labels: dict[str, int] = Field(default_factory=dict)
    pair: tuple[int, int] = (1, 2)
    anything: Any = None
    constant: ClassVar[str] = "x"
    _private: str = "p"
    password: SecretStr
    page: HttpUrl = "https://example.com/"
    api: AnyHttpUrl | None = None
    database: PostgresDsn
    cache: RedisDsn = "redis://localhost:6379/0"
    wait: timedelta = timedelta(seconds=5)
    port: Port = 8080
    workers: PositiveInt = 2
    retries: NonNegativeInt = 0
    either: Union[int, str] = 1
    lists_or_text: list[str] | str = "a"
    maybe_list: list[int] | None = None

    @property
    def is_low(self) -> bool:
        return self.level is Level.LOW

    @computed_field
    @property
    def shown(self) -> str:
        return self.name


class Prefixed(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="app_", env_file=(".env", ".env.local"), extra="ignore"
    )

    host: str = "localhost"
    token: str = Field(..., description="The token.", min_length=3)
    limit: int = Field(default=10, ge=1, le=20)
    above: int = Field(5, gt=0, lt=100)
    renamed: str = Field("x", validation_alias="OTHER_NAME")
    aliased: str = Field("y", alias="lower_alias")
    choice: str = Field(default="z", validation_alias=AliasChoices("FIRST", "SECOND", AliasPath("THIRD", 0)))
    path_only: str = Field("p", validation_alias=AliasPath("PATHS", 0))
    annotated: Annotated[int, Field(ge=2, validation_alias="ANNOTATED_NAME")] = 4
    annotated_plain: Annotated[str | None, Field(description="x")] = None
    raw: Annotated[list[str], NoDecode] = ["a"]
    factory: str = Field(default_factory=lambda: "made")

    @field_validator("raw", mode="before")
    @classmethod
    def split(cls, value: Any) -> Any:
        return value.split(",") if isinstance(value, str) else value


class ByName(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="BY_", populate_by_name=True, extra="forbid", env_file=".env")

    user: str = Field("u", validation_alias="USER_ALIAS")


class Sensitive(pydantic_settings.BaseSettings):
    model_config = {"case_sensitive": True, "env_prefix": "Cs_", "extra": "allow"}

    MixedCase: str
    lower: str = "l"


class Inner(BaseModel):
    host: str
    port: int = 5432
    secret: SecretStr = SecretStr("s")


class Outer(BaseModel):
    inner: Inner
    size: int = Field(3, ge=0)


class Nested(BaseSettings):
    model_config = SettingsConfigDict(env_nested_delimiter="__", env_prefix="N_")

    outer: Outer
    spare: Inner | None = None
    name: str = "n"


class NotSplit(BaseSettings):
    inner: Inner


class Parent(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FAM_", env_file=".env.family")

    shared: str
    changed: int = 1


class Child(Parent):
    changed: int = 2
    own: bool = True


class Renamed(Parent, env_prefix="KID_"):
    extra_one: str = "e"


class Mixin(BaseModel):
    mixed: str = "m"


class Mixed(Mixin, BaseSettings):
    own: str


def split_names(value: Any) -> Any:
    return [name for name in value.split(",")] if isinstance(value, str) else value


class Loose(BaseSettings):
    origins: Annotated[list[str] | str, BeforeValidator(split_names)] = []
    number: int = 1

    @field_validator("number", mode="before")
    @classmethod
    def words(cls, value: Any) -> Any:
        return 1 if value == "one" else value


class Old(v1.BaseSettings):
    first: str
    second: int = 2
    named: str = v1.Field("n", env="NAMED_KEY")
    several: str = v1.Field("s", env=["SEVERAL_A", "SEVERAL_B"])
    ignored_alias: str = v1.Field("i", alias="not_used_by_v1")
    optional: Optional[str]
    bare = True
    items: list[str] = []
    bounded: int = v1.Field(3, ge=1, lt=9)

    class Config:
        env_prefix = "old_"
        env_file = ".env.old"
