"""Holds envcheck against the checker of wangzitian0/finance_report, `check_env_keys.py`.

    python3 tests/replay/check_env_keys.py MIRRORS ENVCHECK

MIRRORS holds the histories as `wangzitian0+finance_report/repo` and `wangzitian0+infra2/repo` (the submodule
`repo`). At every commit that changes what the checker reads, the checker of that commit runs; where it complains,
`ENVCHECK check --strict` runs on the same tree, and each key that the checker names is looked for in the findings.
Newer versions of the checker import pydantic and pydantic-settings; without them they count as not run.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

READ = ("*config.py", ".env.example", "*check_env_keys.py", "*env_keys.py", "repo")
PARTS = ("tools", "scripts", "common", "apps/backend/src", ".env.example")


def git(mirror, *arguments):
    return subprocess.run(["git", "-C", mirror, *arguments], capture_output=True, check=False)


def lay_out(mirror, commit, folder, *paths):
    archive = git(mirror, "archive", commit, *paths)
    if archive.returncode == 0:
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)


def complaints(output):
    """The keys that the checker calls wrong, in the order of its report."""
    keys, is_error = [], False
    for line in output.splitlines():
        if "[ERROR]" in line or line.startswith("ERROR"):
            is_error = True
        elif "[INFO]" in line or "[FIX]" in line:
            is_error = False
        elif is_error and (found := re.fullmatch(r"\s+- ([A-Z][A-Z0-9_]*)", line)):
            keys.append(found.group(1))
    return tuple(keys)


def main(mirrors, envcheck):
    app = os.path.join(mirrors, "wangzitian0+finance_report", "repo")
    infra = os.path.join(mirrors, "wangzitian0+infra2", "repo")
    commits = git(app, "log", "--reverse", "--format=%h", "--all", "--", *READ).stdout.decode().split()
    seen, ran, failing = set(), 0, {}
    for commit in commits:
        lines = git(app, "ls-tree", "-r", commit).stdout.decode().splitlines()
        objects = {name: entry.split()[2] for entry, name in (line.split("\t", 1) for line in lines)}
        script = next((name for name in ("tools/check_env_keys.py", "scripts/check_env_keys.py") if name in objects), None)
        read = tuple(v for k, v in sorted(objects.items()) if k == "repo" or k.endswith(("config.py", "env_keys.py", ".env.example")))
        if script is None or read in seen:
            continue
        seen.add(read)
        with tempfile.TemporaryDirectory() as folder:
            lay_out(app, commit, folder, *(p for p in PARTS if any(n == p or n.startswith(p + "/") for n in objects)))
            if "repo" in objects:
                lay_out(infra, objects["repo"], os.path.join(folder, "repo"), "finance_report")
            run = subprocess.run([sys.executable, script], cwd=folder, capture_output=True, text=True, check=False)
            ran += "Traceback" not in run.stderr
            keys = complaints(run.stdout)
            if run.returncode == 0 or not keys:
                continue
            known = failing.setdefault(keys, [])
            known.append(commit)
            if len(known) > 1:
                continue
            lay_out(app, commit, folder)
            if "repo" in objects:
                lay_out(infra, objects["repo"], os.path.join(folder, "repo"))
            report = subprocess.run([envcheck, "check", "--strict", "--format", "json", "."], cwd=folder, capture_output=True, text=True, check=False)
            findings = json.loads(report.stdout)["diagnostics"]
            for key in keys:
                rules = sorted({finding["rule"] for finding in findings if f"`{key}`" in finding["message"]})
                print(f"{commit}  {key:32} {', '.join(rules) or 'NOT REPORTED'}", flush=True)
    print(f"{ran} states checked; it complains at {sum(map(len, failing.values()))}, in {len(failing)} different ways")


if __name__ == "__main__":
    main(*sys.argv[1:])
