#!/usr/bin/env python3
"""What no file of the project may hold: paths of one machine, and marks of unfinished work.

    texts.py              check every file that git tracks or would track; exit 1 with file:line
    texts.py --self-test  see that each is caught
"""

import pathlib
import re
import subprocess
import sys

REFUSED = [
    (re.compile(r"(?<![\w.-])/(?:work|farm|tmp)/[a-z]"), "a path of one machine"),
    (re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b"), "a mark of unfinished work"),
    (re.compile(r"\b(?:fatalError|preconditionFailure)\(\"(?:unimplemented|not implemented)"), "an unfinished function"),
]


def breaches(text):
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, what in REFUSED:
            if pattern.search(line):
                yield number, what


def self_test():
    refused = ["see /" + "work/main", 'let a = "/' + 'tmp/coffer"', "// TO" + "DO: later", "X" + "XX", 'fatalError("unimpl' + 'emented")']
    accepted = ["https://example.org/work/a", "a folder under TMPDIR", 'let t = "/' + 'tmp"', "a hack", "XX" + "XXXX"]
    return [f"self-test: not caught: case {i}" for i, line in enumerate(refused) if not list(breaches(line))] + [
        f"self-test: caught: case {i}" for i, line in enumerate(accepted) if list(breaches(line))
    ]


def tree(root):
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={root}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, check=True,
    ).stdout
    for name in sorted(filter(None, listed.decode().split("\0"))):
        path = root / name
        if not path.is_file():
            continue
        try:
            text = path.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        for line, what in breaches(text):
            yield f"{name}:{line}: {what}"


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    found = self_test() if sys.argv[1:] == ["--self-test"] else list(tree(root))
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
