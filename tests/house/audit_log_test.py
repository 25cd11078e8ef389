#!/usr/bin/python3
"""Shows that audit_log.py finds each kind of breach, and nothing where all is told."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).with_name("audit_log.py")
NOTING = 'parts_.audit.note(db, caller, {"thing.made", {}, id, {}});\n'
TELLING = "## The audit log\n\n| `thing.made` | nothing |\n\n## Else\n\n| `no.action` | |\n"
STORE = 'run("INSERT INTO audit_log"); run("DELETE FROM audit_log WHERE"); all("SELECT FROM audit_log");\n'


def check(files):
    """The exit code and the output over a tree of these files."""
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        command = [sys.executable, "-B", PROGRAM, root]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        return result.returncode, result.stdout


class AuditLog(unittest.TestCase):
    good = {
        "docs/operations.md": TELLING,
        "src/features/things/things.cpp": NOTING,
        "src/features/audit/store.cpp": STORE,
    }

    def assert_breach(self, sentence, files):
        code, output = check({**self.good, **files})
        self.assertEqual(code, 1)
        self.assertIn(sentence, output)

    def test_what_is_told_whole_is_good(self):
        self.assertEqual(check(self.good), (0, ""))

    def test_an_action_that_the_page_does_not_have(self):
        noting = NOTING.replace("thing.made", "thing.lost") + NOTING
        self.assert_breach("thing.lost is not in", {"src/features/things/things.cpp": noting})

    def test_an_action_that_no_code_has(self):
        self.assert_breach("thing.made is noted by no code", {"src/features/things/things.cpp": ""})

    def test_sql_of_another_feature(self):
        reading = NOTING + 'all("SELECT id FROM audit_log");'
        self.assert_breach("only features/audit", {"src/features/things/things.cpp": reading})

    def test_a_change_of_a_row(self):
        changing = STORE + 'run("UPDATE audit_log SET details");'
        self.assert_breach("more than 0 UPDATE", {"src/features/audit/store.cpp": changing})

    def test_a_second_way_to_delete(self):
        deleting = STORE + 'run("DELETE FROM audit_log");'
        self.assert_breach("more than 1 DELETE FROM", {"src/features/audit/store.cpp": deleting})


if __name__ == "__main__":
    unittest.main(verbosity=0)
