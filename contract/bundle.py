#!/usr/bin/python3
"""Merges the files of the contract into one OpenAPI document: bundle.py OUT.json"""
import json
import pathlib
import re
import sys

import yaml

FOLDER = pathlib.Path(__file__).resolve().parent
PLAIN = "tag:yaml.org,2002:"


class Loader(yaml.SafeLoader):
    """YAML's core schema: PyYAML's own would make dates of timestamps and booleans of `no` and `on`."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.tag != PLAIN + "str":
                raise yaml.constructor.ConstructorError(None, None, f"the key {key.value} is no string", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


for kind, pattern, first in [
    ("null", r"null|Null|NULL|~|", [*"nN~", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", r"[-+]?[0-9]+", [*"-+0123456789"]),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
]:
    Loader.add_implicit_resolver(PLAIN + kind, re.compile(f"(?:{pattern})$"), first)
# A leading zero is decimal in the core schema and octal in PyYAML's constructor.
Loader.add_constructor(PLAIN + "int", lambda loader, node: int(loader.construct_scalar(node)))
Loader.add_constructor(PLAIN + "float", lambda loader, node: float(loader.construct_scalar(node)))


def read(path):
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)
    except yaml.YAMLError as error:
        sys.exit(f"{path.name}: {error}")


def add(into, members, what, path):
    for name, value in members.items():
        if name in into:
            sys.exit(f"{path.name}: the {what} {name} stands in another file too")
        into[name] = value


def check_operation_ids(paths):
    seen = {}
    for path, item in paths.items():
        for method, operation in item.items():
            name = operation.get("operationId")
            if not name:
                sys.exit(f"{method.upper()} {path} has no operationId")
            if name in seen:
                sys.exit(f"the operationId {name} stands at {seen[name]} and at {method.upper()} {path}")
            seen[name] = f"{method.upper()} {path}"


def bundle():
    common = read(FOLDER / "common.yaml")
    paths, schemas = {}, dict(common["components"].pop("schemas"))
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name == "common.yaml":
            continue
        group = read(path)
        unknown = set(group) - {"paths", "components"} | set(group.get("components", {})) - {"schemas"}
        if unknown:
            sys.exit(f"{path.name}: {', '.join(sorted(unknown))} belongs into common.yaml")
        add(paths, group["paths"], "path", path)
        add(schemas, group.get("components", {}).get("schemas", {}), "schema", path)
    check_operation_ids(paths)
    components = common.pop("components")
    return common | {"paths": paths, "components": components | {"schemas": schemas}}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    text = json.dumps(bundle(), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    pathlib.Path(sys.argv[1]).write_text(text, encoding="utf-8")
