#!/usr/bin/env python3
"""Writes what a build is made of, as SPDX 2.3 in JSON: list_parts.py VERSION BUILD PACKAGE_LOCK OUT PROGRAM...

Out of the build itself: the Debian packages whose shared libraries the PROGRAMs name, those whose headers the compiler
read (`ninja -t deps` in BUILD; libraries of headers alone and static ones come in this way), and the npm packages that the
report's page bundles (PACKAGE_LOCK, where it is). SOURCE_DATE_EPOCH is the date, where it is set.
"""

import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterable, List, NamedTuple, Set


class Part(NamedTuple):
    name: str
    version: str
    locator: str  # package URL
    licence: str
    comment: str


def lines_of(*command: str) -> List[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def linked_files(program: str) -> Set[str]:
    """The shared libraries that a program itself names, not what those need in turn."""
    needed = {line.split()[1] for line in lines_of("objdump", "-p", program) if line.split()[:1] == ["NEEDED"]}
    found = re.findall(r"^\s*(\S+) => (/\S+)", "\n".join(lines_of("ldd", program)), re.MULTILINE)
    return {path for name, path in found if name in needed}


def read_headers(build: Path) -> Set[str]:
    return {line.strip() for line in lines_of("ninja", "-C", str(build), "-t", "deps") if line.startswith("    /usr/")}


def packages_of(files: Iterable[str]) -> Dict[str, Set[str]]:
    """Debian packages by name, each with the files that are its."""
    # /lib is a link to /usr/lib, and packages name either.
    asked: Set[str] = set()
    for file in files:
        real = os.path.realpath(file)
        asked |= {real, real.removeprefix("/usr")}
    packages: Dict[str, Set[str]] = {}
    batch = sorted(asked)
    for first in range(0, len(batch), 500):
        # Names that no package has are told on stderr, with a status of 1.
        result = subprocess.run(["dpkg-query", "-S", *batch[first:first + 500]], capture_output=True, text=True, check=False)
        for line in result.stdout.splitlines():
            owner, _, file = line.partition(": ")
            packages.setdefault(owner.split(",")[0], set()).add(file)
    return packages


def debian_part(package: str, comment: str) -> Part:
    version, architecture = lines_of("dpkg-query", "-W", "-f=${Version}\n${Architecture}\n", package)[:2]
    name = package.split(":")[0]
    return Part(name, version, f"pkg:deb/debian/{name}@{version}?arch={architecture}", "NOASSERTION",
                f"{comment}; its licences: /usr/share/doc/{name}/copyright")


def npm_parts(lock: Path) -> List[Part]:
    if not lock.is_file():
        return []
    parts = []
    for path, package in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        if not path or package.get("dev"):
            continue
        name = path.rpartition("node_modules/")[2]
        parts.append(Part(name, package["version"], f"pkg:npm/{name.replace('@', '%40')}@{package['version']}",
                          package.get("license", "NOASSERTION"), "bundled into the page of seafusion report"))
    return parts


def spdx_package(identifier: str, part: Part) -> Dict[str, object]:
    return {"name": part.name, "SPDXID": identifier, "versionInfo": part.version, "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False, "licenseConcluded": "NOASSERTION", "licenseDeclared": part.licence,
            "copyrightText": "NOASSERTION", "comment": part.comment,
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                              "referenceLocator": part.locator}]}


def main() -> None:
    version, build, lock, out, *programs = sys.argv[1:]
    linked = packages_of(file for program in programs for file in linked_files(program))
    compiled = packages_of(read_headers(Path(build)))
    parts = [("DYNAMIC_LINK", debian_part(package, "shared library")) for package in sorted(linked)]
    parts += [("BUILD_DEPENDENCY_OF", debian_part(package, "its headers are compiled in")) for package in sorted(compiled)]
    parts += [("CONTAINS", part) for part in npm_parts(Path(lock))]

    own = Part("seafusion", version, f"pkg:generic/seafusion@{version}", "Apache-2.0", "the project, with its weights")
    packages = [spdx_package("SPDXRef-seafusion", own)]
    relationships = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                      "relatedSpdxElement": "SPDXRef-seafusion"}]
    for kind, part in parts:
        identifier = "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", part.locator.removeprefix("pkg:").partition("@")[0])
        if identifier in [package["SPDXID"] for package in packages]:
            continue
        packages.append(spdx_package(identifier, part))
        ends = ("SPDXRef-seafusion", identifier) if kind != "BUILD_DEPENDENCY_OF" else (identifier, "SPDXRef-seafusion")
        relationships.append({"spdxElementId": ends[0], "relationshipType": kind, "relatedSpdxElement": ends[1]})

    body = json.dumps([packages, relationships], sort_keys=True).encode()
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.datetime.now(datetime.timezone.utc)
    created = datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc) if epoch else now
    document = {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
                "name": f"seafusion-{version}",
                "documentNamespace": f"https://spdx.org/spdxdocs/seafusion-{version}-{hashlib.sha256(body).hexdigest()}",
                "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
                                 "creators": [f"Tool: seafusion-list_parts-{version}"]},
                "packages": packages, "relationships": relationships}
    Path(out).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
