#!/usr/bin/python3
"""Checks what holds of the audit log: audit_log.py [ROOT]

Every action that src/ notes is a row of the table in docs/operations.md, and the other way round; no SQL but that
of features/audit names the table, and there one statement adds, one deletes and none changes. Prints each breach
as FILE: SENTENCE; the exit code is 1 where there is one.
"""
import pathlib
import re
import sys

PAGE = "docs/operations.md"
SECTION = re.compile(r"^## The audit log$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `([a-z_]+\.[a-z_]+)`", re.MULTILINE)
ACTION = re.compile(r'"([a-z_]+\.[a-z_]+)"')
NOTES = re.compile(r"AuditEntry|\baudit\b|\bnote(?:_operator)?\s*\(")
TABLE = re.compile(r"(INSERT INTO|DELETE FROM|UPDATE|FROM|JOIN)\s+audit_log\b")
HOME = pathlib.PurePosixPath("src/features/audit")


def sources(root):
    for path in sorted(root.glob("src/features/**/*")):
        if path.suffix in {".cpp", ".h"}:
            yield path.relative_to(root), path.read_text(encoding="utf-8")


def breaches(root):
    noted = {}
    verbs = []
    for file, text in sources(root):
        found = TABLE.findall(text)
        if HOME in file.parents:
            verbs += found
        elif found:
            yield file, "only features/audit has SQL on audit_log"
        if NOTES.search(text):
            for action in ACTION.findall(text):
                noted.setdefault(action, file)
    for verb, allowed in (("INSERT INTO", 1), ("DELETE FROM", 1), ("UPDATE", 0)):
        if verbs.count(verb) > allowed:
            yield HOME, f"has more than {allowed} {verb} audit_log: the log is only added to"
    section = SECTION.search((root / PAGE).read_text(encoding="utf-8"))
    told = set(ROW.findall(section[1])) if section else set()
    for action in sorted(noted.keys() - told):
        yield noted[action], f"{action} is not in the table of actions in {PAGE}"
    for action in sorted(told - noted.keys()):
        yield PAGE, f"{action} is noted by no code"


def main():
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) == 2 else pathlib.Path(__file__).resolve().parents[2]
    found = list(breaches(root))
    for file, sentence in found:
        print(f"{file}: {sentence}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
