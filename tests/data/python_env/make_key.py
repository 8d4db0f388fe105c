"""Asks the real libraries what each reader of the fixtures beside this file does, and writes `key.json`.

    pip install django-environ==0.14.0 python-decouple==3.8 environs==15.2.0 starlette==1.10.0
    python make_key.py

Each statement runs on its own, with an environment that notes which names are asked for: once empty, which
tells whether the reader fails or what it takes instead, and once with a word as the value, which tells
whether it reads any text.
"""

import ast
import json
import os
import pathlib
import sys

FOLDER = pathlib.Path(__file__).parent
# The fixtures must not stand for the libraries that they are named after.
sys.path = [entry for entry in sys.path if pathlib.Path(entry or ".").resolve() != FOLDER.resolve()]


class Environment(dict):
    """Notes the names that are asked for."""

    asked: list[str] = []

    def _note(self, key):
        if isinstance(key, str) and key not in self.asked:
            self.asked.append(key)

    def __getitem__(self, key):
        self._note(key)
        return super().__getitem__(key)

    def get(self, key, default=None):
        self._note(key)
        return super().get(key, default)

    def __contains__(self, key):
        self._note(key)
        return super().__contains__(key)


os.environ = Environment()


def text(value):
    """A default as the environment would hold it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return ",".join(text(item) for item in value)
    return None if value is None else {"computed": True}


def run(statement, scope, value, keys):
    os.environ.clear()
    for key in keys:
        os.environ[key] = value
    Environment.asked = []
    before = set(scope)
    try:
        exec(compile(ast.Module([statement], []), "case", "exec"), scope)
    except Exception as error:
        return type(error).__name__, None
    new = [name for name in scope if name not in before]
    return None, scope.pop(new[-1]) if new else None


def key_of(path):
    tree = ast.parse(path.read_text())
    scope = {}
    found = {}
    for statement in tree.body:
        is_case = any(
            isinstance(node, ast.Call) and any(isinstance(part, ast.Constant) for part in [*node.args, ast.Constant("")])
            for node in ast.walk(statement)
        ) and (isinstance(statement, ast.With) or len(statement.targets[0].id) == 1)
        if not is_case:
            exec(compile(ast.Module([statement], []), "head", "exec"), scope)
            continue
        failure, default = run(statement, scope, None, [])
        # The libraries ask for names of their own first.
        asked = [key for key in Environment.asked if not key.startswith(("DJANGO_", "_"))]
        name = asked[-1] if asked else None
        refusal, _ = run(statement, scope, "zzz", [name])
        found[name] = {
            "required": failure is not None,
            "default": text(default) if failure is None else None,
            "refuses_text": refusal is not None,
        }
    return found


def main():
    names = ["django_environ", "decouple", "environs", "starlette"]
    key = {name: key_of(FOLDER / f"{name}.py") for name in names}
    (FOLDER / "key.json").write_text(json.dumps(key, indent=1) + "\n")


main()
