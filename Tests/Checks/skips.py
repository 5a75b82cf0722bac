#!/usr/bin/env python3
"""What a test run left out: each skip is printed and counted, and must stand in Tests/skips.txt; what never ended is named.

    skips.py LOG            read the runner's log; exit 1 for a skip that is not listed, and for a test that did not end
    skips.py --conditions   hold the conditions in the tests' sources against the list, both ways: other machines skip other tests
    skips.py --self-test    see that a listed skip passes, and that one that is not listed fails
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# `➜ Test "name" skipped: "reason"`, `➜ Suite Name skipped.`, and what the examples print of their own: `➜ Example name: reason`.
LINE = re.compile(r'^➜ (Test|Suite|Example) "?(.*?)"?(?: skipped)?(?:\.|: "?(.*?)"?)$')

START = re.compile(r'^◇ Test (?!case passing |run started)("?.*"?) started\.$')
END = re.compile(r'^[✔✘] Test ("?.*?"?)(?: with \d+ test cases?)? (?:passed|failed) after ')


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
    for line in log:
        match = LINE.match(line.rstrip("\n"))
        if match:
            kind, name, reason = match.groups()
            known = any((place, reason or "-") in entries for place in places(kind, name, files))
            found.append((line[2:].rstrip("\n"), known))
    return found


def conditions(text):
    """The reasons of a test file's `.enabled(if: …, "reason")`; "-" where none is given."""
    text = re.sub(r"^ *//.*", "", text, flags=re.M)
    for start in re.finditer(r"\.enabled\(", text):
        place, depth, literal, last = start.end(), 1, None, ""
        while depth:
            character = text[place]
            if character == '"':
                end = re.compile(r'"(?:[^"\\]|\\.)*"').match(text, place)
                literal, last = end[0][1:-1], "literal"
                place = end.end()
                continue
            depth += {"(": 1, ")": -1}.get(character, 0)
            if depth and not character.isspace():
                last = character
            place += 1
        yield literal if last == "literal" else "-"


def unfinished(log):
    """The tests of a log that began and did not end: what a run hung in, or was stopped in."""
    begun = {}
    for line in log:
        if match := START.match(line):
            begun[match[1]] = begun.get(match[1], 0) + 1
        elif match := END.match(line):
            begun[match[1]] = begun.get(match[1], 0) - 1
    return [name for name, count in begun.items() if count > 0]


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
        if check(["✔ else", line], entries, files) != [(line[2:], expected)]:
            sys.exit(f"skips.py: the self-test fails for: {line}")
    if list(conditions('@Test(.enabled(if: f("x"), "why (so)")) @Test(.enabled(if: g(1)))')) != ["why (so)", "-"]:
        sys.exit("skips.py: the self-test fails for conditions")
    log = ['◇ Test "a b" started.', "◇ Test f() started.", '◇ Test "c" started.', '✔ Test "a b" with 2 test cases passed after 1 s.']
    if unfinished(log + ['✘ Test "c" failed after 1 s with 1 issue.']) != ["f()"]:
        sys.exit("skips.py: the self-test fails for a test that did not end")


def compare_conditions():
    entries = {entry for entry in listed((ROOT / "Tests/skips.txt").read_text()) if not entry[0].startswith("examples/")}
    found = {
        (str(path.relative_to(ROOT / "Tests")), reason)
        for path in (ROOT / "Tests").rglob("*.swift") for reason in conditions(path.read_text())}
    for place, reason in sorted(found - entries):
        print(f"not in Tests/skips.txt: {place}: {reason}")
    for place, reason in sorted(entries - found):
        print(f"in Tests/skips.txt, and nowhere in the tests: {place}: {reason}")
    return 0 if found == entries else 1


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if sys.argv[1:] == ["--conditions"]:
        return compare_conditions()
    files = {str(path.relative_to(ROOT / "Tests")): path.read_text() for path in (ROOT / "Tests").rglob("*.swift")}
    path = pathlib.Path(sys.argv[1])
    # Line by line: a test that went wild may have written gigabytes.
    with path.open(errors="replace") as log:
        found = check(log, listed((ROOT / "Tests/skips.txt").read_text()), files)
    with path.open(errors="replace") as log:
        left = unfinished(log)
    for line, known in found:
        print(f"skipped: {line}" + ("" if known else "   NOT LISTED in Tests/skips.txt"))
    print(f"{len(found)} skipped")
    for name in left[:20]:
        print(f"did not end: {name}")
    return 0 if all(known for _, known in found) and not left else 1


if __name__ == "__main__":
    sys.exit(main())
