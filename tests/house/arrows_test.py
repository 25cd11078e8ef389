#!/usr/bin/python3
"""Shows that arrows.py finds each kind of breach, and nothing in what keeps the rules."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).with_name("arrows.py")


def check(files):
    """The exit code and the output over a tree of these files."""
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        result = subprocess.run([sys.executable, "-B", PROGRAM, root], capture_output=True, text=True, check=False)
        return result.returncode, result.stdout


class Arrows(unittest.TestCase):
    def assert_good(self, files):
        self.assertEqual(check(files), (0, ""))

    def assert_breach(self, file, text, place):
        code, output = check({file: text})
        self.assertEqual(code, 1)
        self.assertTrue(output.startswith(place), output)
        self.assertEqual(output.count("\n"), 1)

    def assert_include(self, file, included, allowed):
        text = f'#include <vector>\n#include "{included}"\n'
        if allowed:
            self.assert_good({file: text})
        else:
            self.assert_breach(file, text, f"{file}:2: ")

    def test_arrows_run_downwards(self):
        for file, included in [
            ("src/main.cpp", "app/command_line.h"),
            ("src/app/serve.cpp", "features/health/health.h"),
            ("src/features/notes/notes.cpp", "storage/database.h"),
            ("src/ai/openai/wire.cpp", "http/outbound.h"),
            ("src/http/api.cpp", "contract/contract.h"),
            ("src/storage/sqlite/file.cpp", "base/error.h"),
        ]:
            self.assert_include(file, included, True)

    def test_arrows_do_not_run_upwards_or_sideways(self):
        for file, included in [
            ("src/base/id.cpp", "contract/contract.h"),
            ("src/contract/contract.cpp", "http/api.h"),
            ("src/http/api.cpp", "features/health/health.h"),
            ("src/http/api.cpp", "ai/routing.h"),
            ("src/storage/database.cpp", "http/wire.h"),
            ("src/security/passwords.cpp", "storage/database.h"),
            ("src/ai/routing.cpp", "contract/shape.h"),
            ("src/features/notes/notes.cpp", "contract/contract.h"),
            ("src/features/notes/notes.cpp", "app/settings.h"),
            ("src/app/pages.cpp", "contract/contract.h"),
            ("src/main.cpp", "features/health/health.h"),
        ]:
            self.assert_include(file, included, False)

    def test_a_feature_uses_another_by_its_rules_and_never_its_store(self):
        self.assert_include("src/features/notes/notes.cpp", "features/conversations/conversations.h", True)
        self.assert_include("src/features/notes/notes.cpp", "features/notes/store.h", True)
        self.assert_include("src/features/notes/notes.cpp", "features/conversations/store.h", False)
        self.assert_include("src/app/serve.cpp", "features/notes/store.h", False)

    def test_includes_are_written_from_src_on(self):
        self.assert_include("src/http/api.cpp", "api.h", False)
        self.assert_include("src/http/outbound/curl.cpp", "../api.h", False)

    def test_a_folder_without_rules_is_told(self):
        self.assert_breach("src/new/x.cpp", "\n", "src/new/x.cpp:1: ")

    def test_only_base_reads_the_clock_of_the_system(self):
        for call in [
            "std::chrono::system_clock::now()",
            "::time(nullptr)",
            "std::time(NULL)",
            "time(0)",
            "gettimeofday(&t, nullptr)",
            "clock_gettime(CLOCK_REALTIME, &t)",
        ]:
            line = f"auto x = {call};\n"
            self.assert_breach("src/http/api.cpp", "\n" + line, "src/http/api.cpp:2: ")
            self.assert_good({"src/base/time.cpp": line})
        self.assert_good({"src/http/api.cpp": "steady_clock::now(); // not system_clock::now\nrun_time(0);\n"})

    def test_files_end_before_two_ideas_begin(self):
        for file in ["src/http/api.cpp", "tests/api/notes.test.mjs", "bench/run.py"]:
            self.assert_good({file: "\n" * 500})
            self.assert_breach(file, "\n" * 501, f"{file}:501: ")
        self.assert_good({"tests/node_modules/x/y.js": "\n" * 501, "build/x.cpp": "\n" * 501})

    def test_a_header_is_read_once(self):
        self.assert_breach("src/http/api.h", "\n", "src/http/api.h:1: ")
        self.assert_good({"src/http/api.h": "#pragma once\n"})


if __name__ == "__main__":
    unittest.main()
