#!/usr/bin/env python3
"""What a test run left out: each is printed and counted, and must stand in Tests/skips.txt.

    skips.py LOG            read the runner's log; exit 1 for a skip that is not listed
    skips.py --self-test    see that a listed skip passes, and that one that is not listed fails
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# `➜ Test "name" skipped: "reason"`, `➜ Suite Name skipped.`, and what the examples print of their own: `➜ Example name: reason`.
LINE = re.compile(r'^➜ (Test|Suite|Example) "?(.*?)"?(?: skipped)?(?:\.|: "?(.*?)"?)$')


def listed(text):
    """The entries of skips.txt: (file, reason); a reason of "-" is none."""
    entries = set()
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            place, _, reason = line.partition(": ")
            entries.add((place.strip(), reason.strip()))
    return entries


def places(kind, name, files):
    """The test files that hold a test, a suite or an example of that name."""
    for path, text in files.items():
        if kind == "Test" and (f"`{name}`" in text or f'"{name}"' in text or f"func {name}(" in text):
            yield path
        elif kind == "Suite" and re.search(rf"\b(?:struct|class|enum|actor) {re.escape(name)}\b", text):
            yield path
        elif kind == "Example":
            yield f"examples/{name}"
            return


def check(log, entries, files):
    """The skips of a log, each with whether it is listed."""
    found = []
    for line in log.splitlines():
        match = LINE.match(line)
        if match:
            kind, name, reason = match.groups()
            known = any((place, reason or "-") in entries for place in places(kind, name, files))
            found.append((line[2:], known))
    return found


def self_test():
    files = {"ATests/BTests.swift": "@Suite struct BTests {\n  @Test func `a b`() {}\n}"}
    entries = listed("# why\nATests/BTests.swift: no x here\nATests/BTests.swift: -\nexamples/docker: no engine\n")
    cases = {
        '➜ Test "a b" skipped: "no x here"': True,
        '➜ Test "a b" skipped.': True,
        '➜ Suite BTests skipped: "no x here"': True,
        "➜ Example docker: no engine": True,
        '➜ Test "a b" skipped: "another reason"': False,
        '➜ Test "a c" skipped: "no x here"': False,
        "➜ Example docker: no network": False,
        "➜ Example ci: no engine": False,
    }
    for line, expected in cases.items():
        if check("✔ else\n" + line, entries, files) != [(line[2:], expected)]:
            sys.exit(f"skips.py: the self-test fails for: {line}")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    files = {str(path.relative_to(ROOT / "Tests")): path.read_text() for path in (ROOT / "Tests").rglob("*.swift")}
    found = check(
        pathlib.Path(sys.argv[1]).read_text(errors="replace"), listed((ROOT / "Tests/skips.txt").read_text()), files)
    for line, known in found:
        print(f"skipped: {line}" + ("" if known else "   NOT LISTED in Tests/skips.txt"))
    print(f"{len(found)} skipped")
    return 0 if all(known for _, known in found) else 1


if __name__ == "__main__":
    sys.exit(main())
