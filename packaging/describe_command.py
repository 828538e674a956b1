#!/usr/bin/env python3
"""Writes manual pages and shell completions of the command, out of its own help: describe_command.py COMMAND OUT

OUT/man/seafusion.1 and seafusion-VERB.1, OUT/bash/seafusion, OUT/zsh/_seafusion, OUT/fish/seafusion.fish. The help is the
one place where options are described.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, NamedTuple, Tuple

OPTION = re.compile(r"^  (?P<names>-\S+)(?: (?P<value>[^ ].*?))?(?:  +(?P<text>\S.*))?$")
# What the help writes behind an option's name: "SRC REQUIRED", "N=0", "FILE ...".
VALUE = re.compile(r"^(?P<name>[^= ]+)(?:=(?P<default>\S*))?")


class Option(NamedTuple):
    names: List[str]
    value: str  # "" for a flag
    text: str


class Verb(NamedTuple):
    name: str
    summary: str
    groups: List[Tuple[str, List[Option]]]
    footer: List[str]


def help_of(command: str, *words: str) -> List[str]:
    result = subprocess.run([command, *words, "--help"], capture_output=True, text=True, check=True,
                            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
    return result.stdout.splitlines()


def parse_verb(name: str, summary: str, lines: List[str]) -> Verb:
    groups: List[Tuple[str, List[Option]]] = []
    footer: List[str] = []
    at = 0
    while at < len(lines) and not lines[at].startswith("Usage:"):
        at += 1
    at += 1
    while at < len(lines):
        line = lines[at]
        heading = re.match(r"^(\S.*):$", line)
        if heading and at + 1 < len(lines) and lines[at + 1].startswith("  -"):
            groups.append((heading[1], []))
        elif groups and not footer and (option := OPTION.match(line)):
            groups[-1][1].append(Option(option["names"].split(","), (option["value"] or "").strip(),
                                        (option["text"] or "").strip()))
        elif groups and not footer and line.startswith(" " * 10) and groups[-1][1]:
            last = groups[-1][1][-1]
            # "gtf     gradient transfer": a list of its own.
            between = "\n" if re.match(r"^[a-z0-9-]+  +\S", line.strip()) else " "
            groups[-1][1][-1] = last._replace(text=f"{last.text}{between}{line.strip()}".strip())
        elif line.strip() or footer:
            footer.append(line)
        at += 1
    return Verb(name, summary, groups, footer)


def read_command(command: str) -> Tuple[str, str, List[Verb]]:
    lines = help_of(command)
    version = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    verbs = []
    for line in lines[lines.index("Verbs:") + 1:]:
        if not (entry := re.match(r"^  (\S+)  +(\S.*)$", line)):
            break
        verbs.append(parse_verb(entry[1], entry[2], help_of(command, entry[1])))
    if not verbs:
        raise SystemExit(f"{command} --help lists no verbs")
    return lines[0], version, verbs


def roff(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def verb_page(verb: Verb, version: str) -> str:
    out = [f'.TH "SEAFUSION\\-{verb.name.upper()}" "1" "" "seafusion {version}" "User Commands"',
           ".SH NAME", f"seafusion\\-{verb.name} \\- {roff(verb.summary[0].lower() + verb.summary[1:])}",
           ".SH SYNOPSIS", f".B seafusion {verb.name}", ".RI [ options ]"]
    out.append(".SH OPTIONS")
    for group, options in verb.groups:
        if group != "Options":
            out.append(f".SS {roff(group)}")
        for option in options:
            out.append(".TP")
            names = ", ".join(f"\\fB{roff(name)}\\fR" for name in option.names)
            out.append(names + (f" \\fI{roff(option.value)}\\fR" if option.value else ""))
            out.append("\n.br\n".join(roff(part) for part in option.text.split("\n")) or "\\&")
    if verb.footer:
        out.append(".SH DESCRIPTION")
        out.append(".nf")
        out += [roff(line) for line in verb.footer]
        out.append(".fi")
    out += [".SH SEE ALSO", ".BR seafusion (1)"]
    return "\n".join(out) + "\n"


def main_page(summary: str, version: str, verbs: List[Verb]) -> str:
    out = [f'.TH "SEAFUSION" "1" "" "seafusion {version}" "User Commands"',
           ".SH NAME", f"seafusion \\- {roff(summary[0].lower() + summary[1:].rstrip('.'))}",
           ".SH SYNOPSIS", ".B seafusion", ".I verb", ".RI [ options ]", ".SH VERBS"]
    for verb in verbs:
        out += [".TP", f".BR seafusion\\-{verb.name} (1)", roff(verb.summary)]
    out += [".SH EXIT STATUS", "0: all went well; 1: something failed; 2: the arguments were wrong.",
            ".SH SEE ALSO",
            "The guides in /usr/share/doc/seafusion."]
    return "\n".join(out) + "\n"


def flags(verb: Verb) -> List[Option]:
    return [option for _, options in verb.groups for option in options]


def choices(option: Option) -> List[str]:
    """The words that an option takes, where its text is a list of them: "paper, f255 or all"."""
    words = re.split(r", | or ", option.text.split(":")[0].split(";")[0])
    return words if len(words) > 1 and all(re.fullmatch(r"[a-z0-9+-]+", word) for word in words) else []


def bash(verbs: List[Verb]) -> str:
    lines = ["# Completion of seafusion for bash, out of its help.", "_seafusion() {",
             '  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}', "  COMPREPLY=()",
             "  if ((COMP_CWORD == 1)); then",
             f"    mapfile -t COMPREPLY < <(compgen -W '{' '.join(v.name for v in verbs)} --help --version' -- \"$word\")",
             "    return", "  fi", "  case ${COMP_WORDS[1]} in"]
    for verb in verbs:
        lines.append(f"    {verb.name})")
        for option in flags(verb):
            if words := choices(option):
                lines.append(f"      if [[ $before == {option.names[-1]} ]]; then")
                lines.append(f"        mapfile -t COMPREPLY < <(compgen -W '{' '.join(words)}' -- \"$word\")")
                lines.append("        return\n      fi")
        names = " ".join(name for option in flags(verb) for name in option.names)
        lines.append("      if [[ $word == -* ]]; then")
        lines.append(f"        mapfile -t COMPREPLY < <(compgen -W '{names}' -- \"$word\")")
        lines.append("        return\n      fi\n      ;;")
    lines += ["  esac", '  mapfile -t COMPREPLY < <(compgen -f -- "$word")', "}",
              "complete -o filenames -F _seafusion seafusion", ""]
    return "\n".join(lines)


def quoted(text: str) -> str:
    return "'" + text.replace("\n", " ").replace("'", "'\\''") + "'"


def zsh(verbs: List[Verb]) -> str:
    lines = ["#compdef seafusion", "# Completion of seafusion for zsh, out of its help.", "_seafusion() {",
             "  local -a verbs", "  verbs=("]
    lines += [f"    {quoted(v.name + ':' + v.summary)}" for v in verbs]
    lines += ["  )", "  if ((CURRENT == 2)); then", "    _describe verb verbs", "    return", "  fi",
              "  local verb=$words[2]", "  shift words", "  ((CURRENT--))", "  case $verb in"]
    for verb in verbs:
        lines.append(f"    {verb.name})\n      _arguments \\")
        for option in flags(verb):
            text = re.sub(r"[\[\]:]", " ", option.text)
            name = VALUE.match(option.value)
            value = ""
            if option.value and name:
                words = choices(option)
                value = f":{name['name']}:" + (f"({' '.join(words)})" if words else "_files")
            for flag in option.names:
                lines.append(f"        {quoted(f'{flag}[{text}]{value}')} \\")
        lines.append("        '*:file:_files'\n      ;;")
    lines += ["  esac", "}", '_seafusion "$@"', ""]
    return "\n".join(lines)


def fish(verbs: List[Verb]) -> str:
    names = " ".join(v.name for v in verbs)
    lines = ["# Completion of seafusion for fish, out of its help.",
             f"set -l verbs {names}"]
    for verb in verbs:
        lines.append(f"complete -c seafusion -n \"not __fish_seen_subcommand_from $verbs\" -f -a {verb.name} -d {quoted(verb.summary)}")
        for option in flags(verb):
            words = [f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names]
            takes = ""
            if option.value:
                listed = choices(option)
                takes = f" -x -a {quoted(' '.join(listed))}" if listed else " -r"
            lines.append(f"complete -c seafusion -n \"__fish_seen_subcommand_from {verb.name}\" {' '.join(words)}{takes} -d {quoted(option.text)}")
    return "\n".join(lines) + "\n"


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    summary, version, verbs = read_command(sys.argv[1])
    files: Dict[str, str] = {"man/seafusion.1": main_page(summary, version, verbs),
                             "bash/seafusion": bash(verbs), "zsh/_seafusion": zsh(verbs), "fish/seafusion.fish": fish(verbs)}
    files.update({f"man/seafusion-{verb.name}.1": verb_page(verb, version) for verb in verbs})
    for name, text in files.items():
        path = Path(sys.argv[2], name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
