"""Writes python/weir/native.py from what `weir kinds --json` tells: a kind is described in one place, and a new
one is there in Python when this has run. `--check` fails when the file is stale."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "python/weir/native.py"
LEFT_OUT = ("cpp", "python", "python.async", "python.process", "value", "flow")

TYPES = {
    "any value": "Any",
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "object": "dict[str, Any]",
    "array": "list[Any]",
}

HEAD = '''"""Tasks that the engine itself runs. Made by tools/dev/kinds.py from `weir kinds --json`: do not edit."""

from __future__ import annotations

from .natives import Result, add

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .futures import Future
'''


def type_of(field):
    return TYPES[field["type"]]


def documentation(summary, fields, indent):
    lines = [f"{field['name']}: {field['summary']}" for field in fields]
    text = summary + "." + ("\n\n" + "\n".join(lines) if lines else "") + "\n"
    return textwrap.indent(f'"""{text}"""', indent)


def member(field):
    name = json.dumps(field["name"])
    taken = f"self[{name}]" if field["required"] else f"self.get({name})"
    is_checked = field["required"] and field["type"] != "any value"  # get() gives Any | None, which fits
    return f"{taken}  # type: ignore[no-any-return]" if is_checked else taken


def result_class(kind, names):
    given = textwrap.fill(f"What these tasks give: {', '.join(names)}.", 110, subsequent_indent="    ")
    lines = [f"class {kind['result_name']}(Result):", f'    """{given}"""', ""]
    for field in kind["result"]:
        optional = "" if field["required"] or field["type"] == "any value" else " | None"
        lines += [
            "    @property",
            f"    def {field['name']}(self) -> {type_of(field)}{optional}:",
            f'        """{field["summary"]}"""',
            "        return " + member(field),
            "",
        ]
    return "\n".join(lines)


def function(kind, indent, is_method):
    name = kind["name"].rpartition(".")[2]
    fields = kind["fields"]
    names = tuple(field["name"] for field in fields)
    whole = "dict[str, Any] | Future[Any]"
    short = next((field for field in fields if field["name"] == kind["shorthand"]), None)
    if short:
        whole += f" | {type_of(short)}"
    given = kind["result_name"] or "Any"
    lines = [f"def {name}("]
    lines += ["    self,"] if is_method else []
    lines += [f"    inputs: {whole} | None = None,", "    *,"]
    lines += [f"    {field['name']}: {type_of(field)} | Future[Any] | None = None," for field in fields]
    lines += ["    **more: Any,", f") -> Future[{given}]:"]
    text = textwrap.indent("\n".join(lines), indent) + "\n"
    text += documentation(kind["summary"], fields, indent + "    ") + "\n"
    body = [f"given = dict({', '.join(f'{n}={n}' for n in names)})"]
    rest = f'{names!r}, {kind["result_name"] or None}, inputs, given, more, {kind["shorthand"]!r}'
    body += [f'return add("{kind["name"]}", {rest})']
    return text + textwrap.indent("\n".join(body), indent + "    ") + "\n"


def module(kinds):
    kinds = [kind for kind in kinds if kind["name"] not in LEFT_OUT]
    results = {kind["result_name"]: kind for kind in kinds if kind["result_name"]}
    givers = {
        name: [kind["name"].rpartition(".")[2] for kind in kinds if kind["result_name"] == name] for name in results
    }
    text = HEAD + "\n\n" + "\n\n".join(result_class(kind, givers[name]) for name, kind in results.items())
    for space in sorted({kind["name"].partition(".")[0] for kind in kinds if "." in kind["name"]}):
        text += f'\n\nclass {space.capitalize()}:\n    """Tasks of the kinds `{space}.*`."""\n\n'
        text += "\n".join(function(kind, "    ", True) for kind in kinds if kind["name"].startswith(space + "."))
    for kind in kinds:
        if "." not in kind["name"]:
            text += "\n\n" + function(kind, "", False)
    return formatted(text)


def formatted(text):
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", TARGET, "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def main():
    program = ROOT / "build/release/bin/weir"
    told = subprocess.run([program, "kinds", "--json"], capture_output=True, text=True, check=True)
    text = module(json.loads(told.stdout))
    if "--check" not in sys.argv:
        TARGET.write_text(text)
    elif TARGET.read_text() != text:
        sys.exit(f"{TARGET.relative_to(ROOT)} is stale: run tools/dev/kinds.py")


if __name__ == "__main__":
    main()
