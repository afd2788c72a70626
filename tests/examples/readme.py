#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""readme.py BREAKBULK README..: runs the sessions that a reader is shown, and prints TAP.

A session is a block ```console: a line "$ COMMAND" (it goes on in lines "> ..") and what it prints. A
line "..." stands for any lines. Compared are the numbers of each line, not its words; lines without
numbers are left out. The sessions of one file run in one folder, in order. Those that read the KTH log
need BB_SHARED. What a table of policies or formats names must be there.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")
LOG = "KTH-SP2-1996-2.swf.gz"


def sessions(text):
    """Lists of (command, expected lines), one a block."""
    for block in re.findall(r"^```console\n(.*?)^```", text, re.S | re.M):
        steps = []
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            elif line.startswith("> ") or line == ">":
                steps[-1] = (steps[-1][0] + "\n" + line[2:], steps[-1][1])
            else:
                steps[-1][1].append(line)
        yield steps


def numbers(lines):
    """The numbers of each line that has any; "..." stays."""
    rows = (["..."] if line.strip() == "..." else NUMBER.findall(line) for line in lines)
    return [row for row in rows if row]


def matches(expected, found):
    """Is `found` what was expected, "..." standing for any rows?"""
    if not expected:
        return not found
    if expected[0] == ["..."]:
        return any(matches(expected[1:], found[i:]) for i in range(len(found) + 1))
    return bool(found) and expected[0] == found[0] and matches(expected[1:], found[1:])


def run_session(steps, folder):
    """None, or what differs."""
    for command, expected in steps:
        done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True,
                              check=False)
        output = (done.stdout + done.stderr).splitlines()
        if done.returncode != 0 or not matches(numbers(expected), numbers(output)):
            return [f"$ {command}", f"exit status {done.returncode}, printed:"] + output
    return None


def listed(breakbulk):
    """Names that `breakbulk list` knows, by the heading of their table."""
    items = json.loads(subprocess.run([breakbulk, "list", "--format", "json"], capture_output=True,
                                      check=True).stdout)
    names = {}
    for item in items:
        names.setdefault(item["kind"].rstrip("s"), set()).add(item["name"])
    return names


def check_tables(text, names):
    """Tables headed "| KIND | .." whose rows begin with a name in backquotes."""
    wrong = []
    for kind, table in re.findall(r"^\| (queue|placement|format|generator) \|.*\n\|[-|: ]+\n"
                                  r"((?:\|.*\n)+)", text, re.M):
        shown = set(re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.M))
        wrong += [f"{kind} {name}: not in breakbulk list" for name in shown - names[kind]]
    return wrong


def main():
    breakbulk = os.path.abspath(sys.argv[1])
    os.environ["PATH"] = os.path.dirname(breakbulk) + os.pathsep + os.environ["PATH"]
    log = pathlib.Path(os.environ.get("BB_SHARED", "/nonexistent")) / "data/swf" / LOG
    results, names = [], listed(breakbulk)
    for path in map(pathlib.Path, sys.argv[2:]):
        text = path.read_text(encoding="utf-8")
        results.append((f"{path.name}: tables", check_tables(text, names)))
        with tempfile.TemporaryDirectory() as folder:
            if log.exists():
                os.symlink(log, os.path.join(folder, LOG))
            for steps in sessions(text):
                name = f"{path.name}: {steps[0][0].splitlines()[0]}".replace("#", "")
                if any(LOG in command or "kth.swf" in command for command, _ in steps) \
                        and not log.exists():
                    name += " # SKIP BB_SHARED is not set"
                    results.append((name, None))
                else:
                    results.append((name, run_session(steps, folder)))
    print(f"1..{len(results)}")
    for i, (name, wrong) in enumerate(results, 1):
        for line in wrong or []:
            print("#", line)
        print(("not ok" if wrong else "ok"), i, "-", name)
    return any(wrong for _, wrong in results)


sys.exit(main())
