"""Each rule catches a planted violation, says where, and leaves the correct form alone."""

import unittest
from pathlib import Path

from calls import banned_calls
from layers import dead_headers, include_direction, public_headers
from registered import unregistered_tests
from texts import LONG_FILES, file_length, markdown_links, places, quoted_files, unfinished_work, white_space
from tree import Tree, code_of

LADDER = {
    "src/base/CMakeLists.txt": "weir_layer(base LINKS fmt::fmt)\n",
    "src/base/error.h": "#pragma once\n",
    "src/net/CMakeLists.txt": "weir_layer(net LINKS weir_base CURL::libcurl TEST_LINKS weir_databricks_wire)\n",
    "src/net/http.h": "#pragma once\n",
    "src/databricks/wire/CMakeLists.txt": "weir_layer(databricks/wire LINKS weir_net)\n",
    "src/databricks/wire/job.h": "#pragma once\n",
}


def found(rule, files):
    """Where a rule finds something: 'path:line' for each."""
    return [f"{finding.path}:{finding.line}" for finding in rule(Tree(files))]


class IncludeDirection(unittest.TestCase):
    def in_ladder(self, path, text):
        return found(include_direction, LADDER | {path: text})

    def test_a_layer_includes_what_it_links_to_directly_or_further_up(self):
        self.assertEqual(self.in_ladder("src/databricks/wire/job.cpp", '#include "base/error.h"\n'), [])
        self.assertEqual(self.in_ladder("src/net/http.cpp", '#include "net/http.h"\n#include <vector>\n'), [])

    def test_an_include_against_the_direction_is_found(self):
        where = self.in_ladder("src/base/error.cpp", '#include "base/error.h"\n\n#include "net/http.h"\n')
        self.assertEqual(where, ["src/base/error.cpp:3"])

    def test_only_tests_include_what_tests_link(self):
        include = '#include "databricks/wire/job.h"\n'
        self.assertEqual(self.in_ladder("src/net/http_test.cpp", include), [])
        self.assertEqual(self.in_ladder("src/net/http.cpp", include), ["src/net/http.cpp:1"])

    def test_a_program_includes_what_it_links_to(self):
        ladder = LADDER | {"src/main/CMakeLists.txt": "target_link_libraries(weir PRIVATE weir_net)\n"}
        for include, findings in [("net/http.h", []), ("databricks/wire/job.h", ["src/main/main.cpp:1"])]:
            files = ladder | {"src/main/main.cpp": f'#include "{include}"\n'}
            self.assertEqual(found(include_direction, files), findings)

    def test_an_include_that_is_no_whole_path_is_found(self):
        self.assertEqual(self.in_ladder("src/base/error.cpp", '#include "error.h"\n'), ["src/base/error.cpp:1"])

    def test_layers_that_link_in_a_circle_are_found(self):
        where = self.in_ladder("src/base/CMakeLists.txt", "weir_layer(base LINKS weir_net)\n")
        self.assertEqual(where, ["src/base/CMakeLists.txt:1", "src/net/CMakeLists.txt:1"])

    def test_a_library_outside_its_folder_is_found(self):
        self.assertEqual(self.in_ladder("src/net/http.cpp", "#include <curl/curl.h>\n"), [])
        self.assertEqual(self.in_ladder("src/base/error.cpp", "#include <curl/curl.h>\n"), ["src/base/error.cpp:1"])


class Headers(unittest.TestCase):
    def test_public_headers_include_nothing_heavy(self):
        good = {"include/weir/flow.h": "#include <weir/json.h>\n#include <string>\n#include <boost/json.hpp>\n"}
        self.assertEqual(found(public_headers, good), [])
        for bad in ("<boost/asio.hpp>", "<sqlite3.h>", "<curl/curl.h>", "<grpcpp/grpcpp.h>", '"base/error.h"'):
            with self.subTest(bad):
                text = f"#pragma once\n#include {bad}\n"
                self.assertEqual(found(public_headers, {"include/weir/flow.h": text}), ["include/weir/flow.h:2"])

    def test_a_header_that_nobody_includes_is_found(self):
        files = {"src/base/used.h": "", "src/base/dead.h": "", "src/base/used.cpp": '#include "base/used.h"\n'}
        self.assertEqual(found(dead_headers, files), ["src/base/dead.h:1"])


class Calls(unittest.TestCase):
    def test_banned_calls_are_found_where_they_are_banned(self):
        for path, bad in [
            ("src/cli/a.cpp", 'std::system("ls");'),
            ("src/cli/a.cpp", "FILE* f = popen(c, r);"),
            ("src/cli/a.cpp", "if (fork() == 0) {"),
            ("src/cli/a.cpp", "auto now = std::chrono::system_clock::now();"),
            ("src/cli/a.cpp", "int x = rand();"),
            ("src/cli/a.cpp", "auto* t = std::localtime(&now);"),
            ("src/cli/a.cpp", "assert(x);"),
            ("src/cli/a_test.cpp", "std::this_thread::sleep_for(10ms);"),
        ]:
            with self.subTest(bad):
                self.assertEqual(found(banned_calls, {path: f"int main() {{\n  {bad}\n}}\n"}), [f"{path}:2"])

    def test_the_places_that_may_call_them_may(self):
        self.assertEqual(found(banned_calls, {"src/process/spawn.cpp": "pid = vfork();\n"}), [])
        self.assertEqual(found(banned_calls, {"src/base/clock.h": "std::chrono::system_clock::now()\n"}), [])
        self.assertEqual(found(banned_calls, {"src/net/retry.cpp": "std::this_thread::sleep_for(delay);\n"}), [])

    def test_names_that_only_look_alike_are_left_alone(self):
        for good in ("file_system(x)", "timer.time()", "static_assert(true)", "queue->system()", "my::rand()"):
            with self.subTest(good):
                self.assertEqual(found(banned_calls, {"src/cli/a.cpp": good + "\n"}), [])

    def test_comments_and_strings_are_no_code(self):
        text = '// system("x")\n/* fork()\n */ auto s = "rand()"; auto r = R"(\npopen(x))";\n'
        self.assertEqual(found(banned_calls, {"src/cli/a.cpp": text}), [])
        self.assertEqual(code_of(text).count("\n"), text.count("\n"))


class Registered(unittest.TestCase):
    def in_suite(self, suite, *tests):
        return found(unregistered_tests, {path: "" for path in tests} | {"tests/CMakeLists.txt": suite})

    def test_a_test_that_no_suite_runs_is_found(self):
        line = "weir_python_test(e2e/kill spark ${here}/e2e/test_kill.py)\n"
        self.assertEqual(self.in_suite(line, "tests/e2e/test_kill.py", "tests/e2e/harness.py"), [])
        for unrun in ("tests/e2e/test_sdk.py", "tests/python/test_kill.py"):
            with self.subTest(unrun):
                self.assertEqual(self.in_suite(line, "tests/e2e/test_kill.py", unrun), [f"{unrun}:1"])
        self.assertEqual(self.in_suite(f"# {line}", "tests/e2e/test_kill.py"), ["tests/e2e/test_kill.py:1"])

    def test_a_name_in_the_suite_without_a_test_is_found(self):
        self.assertEqual(self.in_suite("\nrun(${here}/e2e/test_gone.py)\n"), ["tests/CMakeLists.txt:2"])


class Texts(unittest.TestCase):
    def test_stray_white_space_is_found(self):
        self.assertEqual(found(white_space, {"a.md": "fine\n"}), [])
        for bad in ("\tx\n", "x \n", "x", "x\r\n"):
            with self.subTest(bad):
                self.assertEqual(found(white_space, {"a.md": bad}), ["a.md:1"])
        self.assertEqual(found(white_space, {"a.md": "x\n\n"}), ["a.md:2"])

    def test_marks_of_unfinished_work_are_found(self):
        self.assertEqual(found(unfinished_work, {"a.py": "x = 1\n# TO" + "DO: y\n"}), ["a.py:2"])
        self.assertEqual(found(unfinished_work, {"a.sh": "mktemp -d /tmp/XXXXXX\n"}), [])

    def test_a_new_file_over_the_limit_is_found_and_a_listed_one_may_only_shrink(self):
        def lengths(lines, listed=""):
            return found(file_length, {"src/a.cpp": "x\n" * lines, LONG_FILES: listed})

        self.assertEqual(lengths(400), [])
        self.assertEqual(lengths(401), ["src/a.cpp:401"])
        self.assertEqual(lengths(450, "src/a.cpp 450\n"), [])
        self.assertEqual(lengths(451, "src/a.cpp 450\n"), ["src/a.cpp:451"])
        self.assertEqual(lengths(300, "src/a.cpp 450\n"), ["src/a.cpp:300"])
        self.assertEqual(lengths(10, "src/gone.cpp 450\n"), [f"{LONG_FILES}:1"])
        made = '"""Made by tools/make.py: do not edit."""\n' + "x\n" * 500
        self.assertEqual(found(file_length, {"src/a.py": made, LONG_FILES: ""}), [])

    def test_links_that_lead_nowhere_are_found(self):
        files = {"README.md": "", "docs/start.md": "# First steps\n"}
        for good in ("docs/start.md", "docs/start.md#first-steps", "docs", "https://example.org/x"):
            with self.subTest(good):
                self.assertEqual(found(markdown_links, files | {"README.md": f"[x]({good})\n"}), [])
        for bad in ("start.md", "docs/start.md#second-steps", "#nothing"):
            with self.subTest(bad):
                self.assertEqual(found(markdown_links, files | {"README.md": f"\n[x]({bad})\n"}), ["README.md:2"])

    def test_a_quotation_that_is_not_what_the_file_says_is_found(self):
        def quoting(code):
            return {
                "flow.yaml": "flow: f\ntasks: {}\n",
                "README.md": f"x\n<!-- quotes flow.yaml -->\n```\n{code}```\n",
            }

        self.assertEqual(found(quoted_files, quoting("tasks: {}\n")), [])
        self.assertEqual(found(quoted_files, quoting("tasks: []\n")), ["README.md:2"])

    def test_places_of_one_machine_are_found(self):
        rule = places(Path("/home/ada/weir"), Path("/home/ada"))
        for bad in ("/home/ada/weir/src", "/home/ada/.venv", "https://registry.npm" + "js.org/"):
            with self.subTest(bad):
                self.assertEqual(found(rule, {"a.md": f"{bad}\n"}), ["a.md:1"])
        self.assertEqual(found(rule, {"a.md": "/usr/bin/python3, dbfs:/jobs/report.py\n"}), [])


if __name__ == "__main__":
    unittest.main()
