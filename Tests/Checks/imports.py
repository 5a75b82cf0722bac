#!/usr/bin/env python3
"""Which target may import what. SwiftPM does not stop an import that a target never declared.

    imports.py              check Sources, policies and Tests; exit 1 with file:line for each breach
    imports.py --self-test  plant breaches in a scratch tree and see that each is caught
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

# The arrows of the design. A C library stands in one row only: its owner's.
MAY_IMPORT = {
    "Platform": "CPlatform",
    "Sealing": "CSodium",
    "KnownValues": "Sealing",
    "Vault": "Sealing Platform CSQLite",
    "Audit": "Platform Sealing",
    "TOML": "",
    "Project": "TOML",
    "Launch": "KnownValues Platform Sealing TOML",
    "Platforms": "TOML",
    "Policies": "Platform",
    "Findings": "",
    "Leaks": "Vault Sealing",
    "Rotation": "Vault Leaks Sealing TOML",
    "Git": "CGit2 CDeflate",
    "Detection": "CVectorscan CPCRE2 Findings Sealing TOML Platform",
    "Scanning": "Git Detection KnownValues Findings Sealing Platform",
    "ScanArguments": "ArgumentParser",
    "Connectors": "AsyncHTTPClient NIOCore NIOHTTP1 NIOSSL PostgresNIO",
    "coffer": "Vault Audit Project Launch Leaks Rotation KnownValues Platforms Policies Platform Sealing ScanArguments ArgumentParser",
    "coffer-scan": "Scanning Git Detection KnownValues Findings Project Policies Platform Sealing ScanArguments ArgumentParser",
    "coffer-connect": "Connectors Platform ArgumentParser",
}
# Tests see their target and what it sees; a few see one more.
TESTS_MAY_IMPORT = {
    "LaunchTests": "Policies",
    "PlatformTests": "CHarness",
    "PlatformsTests": "Policies",
    "DetectionTests": "Policies",
    "RotationTests": "Platform Policies",
    "CommandTests": "Platform Sealing Vault CHarness",
    "FormatTests": "Vault Sealing Platform",
}
ANYONE = {"Swift", "Glibc", "Synchronization", "FoundationEssentials"}
ANY_TEST = ANYONE | {"Testing", "Foundation", "Dispatch"}
C_HEADERS = {
    "sodium": "CSodium",
    "sqlite3": "CSQLite",
    "git2": "CGit2",
    "hs/hs": "CVectorscan",
    "pcre2": "CPCRE2",
    "libdeflate": "CDeflate",
    "archive": "CArchive",
}

IMPORT = re.compile(
    r"(?:^|;)[ \t]*(?:@\w+(?:\([^)]*\))?[ \t]+)*(?:(?:public|package|internal|fileprivate|private)[ \t]+)?"
    r"import[ \t]+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor|macro)[ \t]+)?([A-Za-z_]\w*)",
    re.MULTILINE,
)
CONDITION = re.compile(r"^[ \t]*#(?:if|elseif)\b.*\b(?:os|arch|canImport|targetEnvironment)\(", re.MULTILINE)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*(?:include|import)[ \t]*[<"]([^>"]+)\.h[>"]', re.MULTILINE)
# Comments and string literals, so that an import inside either is not taken for one.
PROSE = re.compile(
    r'#+"""(?s:.)*?"""#+|"""(?:\\.|(?s:.))*?"""|#+"[^\n]*?"#+|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*(?s:.)*?\*/'
)


def blank(match):
    """The same number of lines, without the text."""
    return "\n" * match.group().count("\n") or " "


def swift_breaches(text, allowed, is_test, target):
    code = PROSE.sub(blank, text)
    for match in IMPORT.finditer(code):
        module = match.group(1)
        line = code.count("\n", 0, match.start(1)) + 1
        if module == "Foundation" and not is_test:
            yield line, "imports Foundation: FoundationEssentials at most"
        elif module not in allowed:
            yield line, f"{target} may not import {module}"
    if not is_test and target != "Platform":
        for match in CONDITION.finditer(code):
            yield code.count("\n", 0, match.start()) + 1, "a platform condition outside Platform"


def c_breaches(text, target):
    for match in INCLUDE.finditer(text):
        owner = C_HEADERS.get(match.group(1))
        if owner not in (None, target):
            yield text.count("\n", 0, match.start()) + 1, f"{target} may not include <{match.group(1)}.h>"


def allowed_in(target):
    return ANYONE | set(MAY_IMPORT[target].split())


def allowed_in_tests(folder):
    target = folder.removesuffix("Tests")
    allowed = set(ANY_TEST) | set(TESTS_MAY_IMPORT.get(folder, "").split())
    if target in MAY_IMPORT:
        allowed |= allowed_in(target) | {target}
    return allowed


def targets(root):
    """Every folder of Swift or C files: (folder, target, is it a test)."""
    for folder in sorted((root / "Sources").glob("*/")):
        yield folder, folder.name, False
    if (root / "policies").is_dir():
        yield root / "policies", "Policies", False
    for folder in sorted((root / "Tests").glob("*Tests/")):
        yield folder, folder.name, True


def breaches(root):
    found = []
    for folder, target, is_test in targets(root):
        files = sorted(p for p in folder.rglob("*") if p.suffix in (".swift", ".c", ".h"))
        if any(p.suffix == ".swift" for p in files) and not is_test and target not in MAY_IMPORT:
            found.append(f"{folder.relative_to(root)}: a target without a row in {pathlib.Path(__file__).name}")
            continue
        for path in files:
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".swift":
                allowed = allowed_in_tests(target) if is_test else allowed_in(target)
                lines = swift_breaches(text, allowed, is_test, target)
            else:
                lines = c_breaches(text, target)
            found += [f"{path.relative_to(root)}:{line}: {what}" for line, what in sorted(lines)]
    return found


def manifest_breaches(root):
    """Package.swift may not draw an arrow that the table does not have."""
    described = subprocess.run(
        ["swift", "package", "dump-package"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    for target in json.loads(described)["targets"]:
        if target["type"] not in ("regular", "executable") or target["name"] not in MAY_IMPORT:
            continue
        for dependency in target["dependencies"]:
            name = next(iter(dependency.values()))[0]
            if name not in MAY_IMPORT[target["name"]].split():
                yield f"Package.swift: {target['name']} may not depend on {name}"


PLANTED = {
    "Sources/Sealing/Good.swift": ("package import CSodium\nimport Glibc\n// import Foundation\n", None),
    "Sources/Project/Text.swift": ('let a = """\nimport Foundation\n"""\nlet b = "import Vault"\n', None),
    "Tests/VaultTests/Good.swift": ("@testable import Vault\nimport Testing\nimport Foundation\n", None),
    "Sources/Vault/Sodium.swift": ("import CSodium\n", "Vault may not import CSodium"),
    "Sources/Vault/Full.swift": ("internal import Foundation\n", "imports Foundation"),
    "Sources/Vault/Scoped.swift": ("import struct Foundation.Data\n", "imports Foundation"),
    "Sources/Launch/Up.swift": ("import Sealing; import Vault\n", "Launch may not import Vault"),
    "Sources/Project/Down.swift": ("@preconcurrency package import Sealing\n", "Project may not import Sealing"),
    "Sources/Sealing/Up.swift": ("/* why */ import Platform\n", "Sealing may not import Platform"),
    "Sources/Vault/Os.swift": ("#if os(Linux)\n#endif\n", "a platform condition outside Platform"),
    "Sources/CPlatform/shim.c": ("#include <sodium.h>\n", "CPlatform may not include <sodium.h>"),
    "Sources/Novel/New.swift": ("let one = 1\n", "a target without a row"),
    "Tests/ProjectTests/Far.swift": ("import Vault\n", "ProjectTests may not import Vault"),
    "policies/Up.swift": ("import Launch\n", "Policies may not import Launch"),
}


def self_test():
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        for name, (text, _) in PLANTED.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        found = breaches(root)
    wrong = [
        f"self-test: {name}: expected {expected or 'nothing'}"
        for name, (_, expected) in PLANTED.items()
        if [expected in line for line in found if line.startswith((name, f"{pathlib.PurePath(name).parent}: "))]
        != ([True] if expected else [])
    ]
    return wrong


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    found = self_test() if sys.argv[1:] == ["--self-test"] else breaches(root) + list(manifest_breaches(root))
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
