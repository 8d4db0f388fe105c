"""Writes key.json: what the real libraries say about the classes of fixture.py.

Run by hand with pydantic and pydantic-settings installed: `python make_key.py > key.json`.
Names are probed by setting each variable and asking the library's own environment source; defaults,
needs and types come from the fields themselves; refusal is tried with a dotenv file.
"""

import inspect
import json
import os
import tempfile
import warnings
from enum import Enum
from pathlib import Path
from typing import Annotated

warnings.simplefilter("ignore")

import pydantic
import pydantic_settings
from pydantic import SecretStr, TypeAdapter, v1
from pydantic_settings import EnvSettingsSource

import fixture


def plain(value):
    """A default as JSON."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return {"computed": True}


def collected(settings, name):
    """What the library's source takes from an environment that holds `name` alone."""
    os.environ.clear()
    for text in ('{"a": "x"}', '["x"]', "x"):
        os.environ[name] = text
        try:
            data = EnvSettingsSource(settings)()
        except pydantic_settings.exceptions.SettingsError:
            continue
        if data:
            return data
    return {}


def refuses_text(settings, field, name):
    """Whether `name=a,b` is an error of this field."""
    os.environ.clear()
    os.environ[name] = "a,b"
    try:
        settings()
    except pydantic_settings.exceptions.SettingsError:
        return True
    except (pydantic.ValidationError, v1.ValidationError) as error:
        return any(str(item["loc"][0]).upper() in (field.upper(), name) for item in error.errors())
    except v1.env_settings.SettingsError:
        return True
    return False


def nested(settings, field, names, delimiter):
    """The variables of the parts of a field."""
    found = {}

    def descend(annotation, prefixes, depth):
        for part in getattr(annotation, "__args__", ()):
            descend(part, prefixes, depth)
        if not (inspect.isclass(annotation) and issubclass(annotation, pydantic.BaseModel)) or depth > 3:
            return
        for name, sub in annotation.model_fields.items():
            own = [prefix + delimiter + name.upper() for prefix in prefixes]
            assert all(collected(settings, key) for key in own), own
            found[own[0]] = {"required": sub.is_required(), "schema": schema(sub)}
            descend(sub.annotation, own, depth + 1)

    if delimiter:
        descend(field.annotation, names, 0)
    return found


def schema(field):
    annotation = field.annotation
    for part in field.metadata:
        annotation = Annotated[annotation, part]
    try:
        found = TypeAdapter(annotation).json_schema()
    except Exception:
        return {}
    if "anyOf" in found:
        members = [member for member in found["anyOf"] if member.get("type") != "null"]
        found = members[0] if len(members) == 1 else {"union": True}
    if "$ref" in found:
        found = found["$defs"][found["$ref"].rsplit("/", 1)[1]] if "$defs" in found else {"type": "object"}
    kept = ("type", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum", "union", "writeOnly")
    return {key: found[key] for key in kept if key in found}


def of_v2(settings):
    config = settings.model_config
    source = EnvSettingsSource(settings)
    fields = {}
    for name, field in settings.model_fields.items():
        exact = bool(config.get("case_sensitive"))
        names = []
        for _, key, _ in source._extract_field_info(field, name):
            key = key if exact else key.upper()
            if key not in names:
                names.append(key)
        assert all(collected(settings, key) for key in names), (settings, name, names)
        default = None
        if not field.is_required():
            default = plain(field.get_default(call_default_factory=True))
        fields[name] = {
            "names": names,
            "required": field.is_required(),
            "default": default,
            "refuses_text": refuses_text(settings, name, names[0]),
            "schema": schema(field),
            "parts": nested(settings, field, names, config.get("env_nested_delimiter")),
        }
    files = config.get("env_file") or ()
    return {
        "prefix": config.get("env_prefix", ""),
        "refuses_others": refuses(settings),
        "env_files": [str(files)] if isinstance(files, (str, Path)) else [str(file) for file in files],
        "folds_case": not config.get("case_sensitive"),
        "fields": fields,
    }


def refuses(settings):
    """Whether an unknown variable of a dotenv file is an error."""
    os.environ.clear()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "probe"
        file.write_text("UNKNOWN_PROBE_KEY=1\n")
        try:
            settings(_env_file=file)
        except (pydantic.ValidationError, v1.ValidationError) as error:
            return any("extra" in str(item["type"]) for item in error.errors())
        return False


def of_v1(settings):
    fields = {}
    for name, field in settings.__fields__.items():
        names = field.field_info.extra["env_names"]
        order = list(names) if isinstance(names, (list, tuple)) else sorted(names)
        limits = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
        found = settings.schema()["properties"].get(field.alias, {})
        kept = ("type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        fields[name] = {
            "names": [key.upper() for key in order],
            "required": bool(field.required),
            "default": plain(field.default),
            "refuses_text": refuses_text(settings, name, order[0]),
            "schema": {key: found[key] for key in kept if key in found},
            "parts": {},
        }
    return {
        "prefix": settings.__config__.env_prefix,
        "refuses_others": refuses(settings),
        "env_files": [settings.__config__.env_file],
        "folds_case": True,
        "fields": fields,
    }


def main():
    key = {}
    for name, value in vars(fixture).items():
        if not inspect.isclass(value) or value.__module__ != "fixture":
            continue
        if issubclass(value, v1.BaseSettings):
            key[name] = of_v1(value)
        elif issubclass(value, pydantic_settings.BaseSettings):
            key[name] = of_v2(value)
    versions = {"pydantic": pydantic.VERSION, "pydantic-settings": pydantic_settings.__version__}
    print(json.dumps({"made_with": versions, "classes": key}, indent=1))


main()
