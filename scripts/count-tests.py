#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""count-tests.py LOGS STATUS: the last line of a test run, "N passed, N failed[, N skipped]".

Reads what `meson test` wrote into LOGS: the cases of a TAP program count one by one (JUnit file),
another program is one case. A program that ended badly without a failing case (crash, time-out, wrong
exit status) is one more failure, and so is a run whose exit STATUS says more than its cases do. Exits
with 1 if anything failed.
"""
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as et

SKIPPED = "SKIP"
GOOD = {"OK", "EXPECTEDFAIL", SKIPPED}


def read_suites(path):
    """The cases of each TAP program, by the program's name in the log. What programs printed is in
    there too, with control characters that XML does not allow."""
    text = re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", path.read_bytes())
    return {
        suite.get("name").split(".", 1)[-1]: suite.findall("testcase")
        for suite in et.fromstring(text).iter("testsuite")
    }


def judge(program, cases):
    """(passed, failed, skipped) of one program; cases is None where it is a single one."""
    result = program["result"]
    if cases is None:
        return int(result in GOOD - {SKIPPED}), int(result not in GOOD), int(result == SKIPPED)
    failed = sum(c.find("failure") is not None or c.find("error") is not None for c in cases)
    skipped = sum(c.find("skipped") is not None for c in cases)
    return len(cases) - failed - skipped, failed or int(result not in GOOD), skipped


def main():
    logs, status = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    counts = [0, 0, 0]
    try:
        suites = read_suites(logs / "testlog.junit.xml")
        for line in open(logs / "testlog.json", encoding="utf-8"):
            program = json.loads(line)
            result = judge(program, suites.get(program["name"]))
            counts = [a + b for a, b in zip(counts, result)]
    except (OSError, et.ParseError, ValueError) as error:
        print(f"count-tests.py: {error}", file=sys.stderr)
        status = status or 1
    passed, failed, skipped = counts
    if status != 0:
        failed = max(failed, 1)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return int(failed > 0)


sys.exit(main())
