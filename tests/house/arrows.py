#!/usr/bin/python3
"""Checks the house rules that a compiler does not: arrows.py [ROOT]

Prints each breach as FILE:LINE: SENTENCE; the exit code is 1 where there is one.
"""
import pathlib
import re
import sys

# What each folder of src/ may include beside itself (docs/architecture.md). main.cpp is "main".
ARROWS = {
    "base": set(),
    "contract": {"base"},
    "storage": {"base"},
    "security": {"base"},
    "http": {"base", "contract"},
    "ai": {"base", "http"},
    "features": {"base", "http", "storage", "ai", "security"},
    "app": {"base", "http", "storage", "ai", "security", "features"},
    "main": {"app"},
}
LONGEST = 500
LANGUAGES = {".cpp", ".h", ".py", ".mjs", ".js", ".ts", ".tsx", ".css", ".html", ".sh", ".sql", ".cmake"}
NOT_OURS = {"build", "node_modules", ".git", "dist"}

INCLUDE = re.compile(r'\s*#\s*include\s*"([^"]+)"')
COMMENT = re.compile(r"//.*|/\*.*?\*/")
SYSTEM_CLOCK = re.compile(
    r"(?:system|utc|file)_clock::now|high_resolution_clock|\bgettimeofday\s*\(|\bCLOCK_REALTIME\b|\btimespec_get\s*\("
    r"|(?<![\w.>])time\s*\(\s*(?:nullptr|NULL|0|&\w+)\s*\)"
)


def our_files(root):
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if not NOT_OURS.intersection(inside.parts) and path.is_file() and path.suffix in LANGUAGES:
            yield inside


def folder_of(file):
    return file.parts[1] if len(file.parts) > 2 else "main"


def is_foreign_store(file, target):
    return target.parts[0] == "features" and target.name == "store.h" and file.parts[1:-1] != target.parts[:-1]


def include_breach(file, included):
    target = pathlib.PurePosixPath(included)
    source, aim = folder_of(file), target.parts[0]
    if aim not in ARROWS or len(target.parts) < 2:
        return f'"{included}" is not written from src/ on'
    if aim != source and aim not in ARROWS[source]:
        return f'{source} may not include "{included}"'
    if is_foreign_store(file, target):
        return f'only its own feature may include "{included}"'
    return None


def source_breaches(file, lines):
    folder = folder_of(file)
    if folder not in ARROWS:
        yield 1, f"src/{folder} is a folder that the arrows do not know"
        return
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        breach = include_breach(file, include[1]) if include else None
        if breach:
            yield number, breach
        if folder != "base" and SYSTEM_CLOCK.search(COMMENT.sub("", line)):
            yield number, "only src/base reads the system's clock; take a Clock"


def breaches(file, text):
    lines = text.splitlines()
    if len(lines) > LONGEST:
        yield LONGEST + 1, f"has {len(lines)} lines: past {LONGEST} there are two ideas in it"
    if file.suffix == ".h" and "#pragma once" not in lines:
        yield 1, "has no #pragma once"
    if file.parts[0] == "src" and file.suffix in {".h", ".cpp"}:
        yield from source_breaches(file, lines)


def main():
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) == 2 else pathlib.Path(__file__).resolve().parents[2]
    found = False
    for file in our_files(root):
        for line, sentence in breaches(file, (root / file).read_text(encoding="utf-8")):
            print(f"{file}:{line}: {sentence}")
            found = True
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
