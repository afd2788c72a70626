#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench.py [--quick] [--only SECTION,..] BUILD INPUTS [JSON]: how fast breakbulk is, what memory it takes.

BUILD is a build folder; INPUTS a folder for what is made to be measured. Prints tables and writes the
same as JSON with machine, compiler and build. Times are user times, the best of some repeats: they move
with what else the machine does. Instructions are callgrind's, which do not. "Each" is always the long
run less the short one, so without start-up and with a cluster that is already filled.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

import measure
import mixes
import mmc

TIMES = ("exponential", "bimodal", "lognormal")
POLICIES = ("best-fit", "least-allocated")
COMMON = ["--window", "all", "--format", "json", "--quiet"]


class Bench:
    """Where things are, what was found, and how much is measured."""

    def __init__(self, build, inputs, quick):
        self.build, self.inputs, self.quick = build, inputs, quick
        self.rows = []

    def tool(self, name):
        return self.build / "tests/bench" / name

    def run(self, trace, *options, record="none"):
        return [self.build / "sim/cli/breakbulk", "run", "--trace", trace, *options, "--record", record,
                *COMMON]

    def note(self, section, name, **figures):
        self.rows.append({"section": section, "name": name, **figures})


class Table:
    """Lines of at most 80 columns, printed as they are known."""

    def __init__(self, text, *columns, first=38, width=10):
        self.first, self.width = first, width
        print()
        self.line(text, *columns)

    def line(self, name, *figures):
        cells = ("-" if f is None else f"{f:,.1f}" if isinstance(f, float) else f"{f:,}"
                 if isinstance(f, int) else f for f in figures)
        print(f"{name[:self.first]:{self.first}}" + "".join(f"{cell:>{self.width}}" for cell in cells),
              flush=True)


# ---- The event queue ----

def hold_ns(bench, queue, times, pending, holds, repeats):
    output, _, _ = measure.run_once([bench.tool("bench-events"), queue, times, pending, holds, repeats])
    return float(output.split()[0])


def bench_events(bench):
    sizes = [10 ** e for e in range(3, 7 if bench.quick else 8)]
    table = Table("events: ns a hold, by pending", *(f"10^{len(str(size)) - 1}" for size in sizes),
                  "max/min", first=32, width=8)
    holds, repeats = (500000, 2) if bench.quick else (2000000, 5)
    for times in TIMES:
        ns = [hold_ns(bench, "radix", times, size, holds, repeats) for size in sizes]
        table.line(times, *ns, max(ns) / min(ns))
        bench.note("events", times, pending=sizes, ns=ns)
    for times in TIMES:
        ns = [hold_ns(bench, "heap", times, size, holds // 4, 1) for size in sizes]
        table.line(f"  a binary heap, {times}", *ns)
        bench.note("events", f"binary heap, {times}", pending=sizes, ns=ns)
    hold = [bench.tool("bench-events"), "radix", "exponential", 100000]
    each = measure.instructions_each(hold + [200000], hold + [400000], 200000)
    table.line("instructions a hold at 10^5", each)
    bench.note("events", "instructions at 10^5", instructions=each)


# ---- Reading ----

READING = [("lines", "", "its line feeds: memchr"), ("input", "", "its bytes, with SHA-256"),
           ("libcsv", "", "fields by libcsv alone"), ("csv", "", "fields, with SHA-256"),
           ("jobs", "", "jobs, with SHA-256"), ("inflate", ".gz", "gz: inflate alone"),
           ("input", ".gz", "gz: its bytes, with SHA-256"), ("csv", ".gz", "gz: fields, with SHA-256"),
           ("jobs", ".gz", "gz: jobs, with SHA-256")]


def bench_reading(bench):
    n = 500000 if bench.quick else 2000000
    path = bench.inputs / "reading.csv"
    mixes.write_jobs(mixes.dozen(), 10000, n, path)
    subprocess.run(["gzip", "-kf6", path], check=True)
    table = Table(f"reading {n:,} jobs, {path.stat().st_size / n:.0f} bytes a row", "ns/row", "instr/row")
    times = 40
    _, wc_s, _ = measure.run_once(["wc", "-l"] + [path] * times, with_system=True)
    table.line("wc -l, with its system calls", wc_s / n / times * 1e9)
    bench.note("reading", "wc -l", ns=wc_s / n / times * 1e9)
    for how, suffix, name in READING:
        tool = [bench.tool("bench-read"), how, f"{path}{suffix}"]
        ns = min(float(measure.run_once(tool)[0].split()[0]) for _ in range(2 if bench.quick else 5))
        each = None
        if how in ("libcsv", "csv", "jobs") and not suffix:
            each = measure.instructions_each(tool + [50000], tool + [100000], 50000)
        table.line(name, ns, each)
        bench.note("reading", name, ns=ns, instructions=each)
    print("callgrind knows no SHA instructions: it counts 44 a byte that new machines do not do")


# ---- Runs ----

def each_job(bench, short, long, *options, record="none", repeats=1):
    """Nanoseconds and the summary; (path, jobs) of a short and a long trace."""
    (_, short_s, _), (output, long_s, peak) = [
        measure.best_of(bench.run(path, *options, record=record), repeats) for path, _ in (short, long)]
    return {"ns": (long_s - short_s) / (long[1] - short[1]) * 1e9, "peak_mib": round(peak / 1024, 1),
            "summary": json.loads(output) if output else None}


def make_traces(bench, mix, nodes, jobs):
    """A long trace, its first half, and the nodes."""
    long, short = bench.inputs / "long.csv", bench.inputs / "short.csv"
    cluster = bench.inputs / "nodes.csv"
    mixes.write_nodes(mix, nodes, cluster)
    mixes.write_jobs(mix, nodes, jobs, long)
    with open(long, encoding="utf-8") as lines, open(short, "w", encoding="utf-8") as out:
        for _, text in zip(range(jobs // 2 + 1), lines):
            out.write(text)
    return (short, jobs // 2), (long, jobs), ["--cluster", cluster]


def bench_records(bench):
    nodes, jobs = (1000, 200000) if bench.quick else (10000, 2000000)
    short, long, cluster = make_traces(bench, mixes.dozen(), nodes, jobs)
    table = Table(f"records, {nodes:,} nodes, {jobs:,} jobs", "ns/job", "x none", "peak MiB")
    base = None
    for name, record, output in [("none", "none", False), ("jobs, timeline, nodes", "jobs", True),
                                 ("allocations too", "allocations", True)]:
        options = cluster + (["--placement", "best-fit"] +
                             (["-o", bench.inputs / "result"] if output else []))
        found = each_job(bench, short, long, *options, record=record, repeats=2)
        base = base or found["ns"]
        table.line(name, found["ns"], found["ns"] / base, found["peak_mib"])
        bench.note("records", name, ns=found["ns"], ratio=found["ns"] / base, peak_mib=found["peak_mib"])


def job_instructions(bench, nodes, jobs):
    short, long, cluster = make_traces(bench, mixes.dozen(), nodes, jobs)
    table = Table(f"instructions a job, {nodes:,} nodes", "instr")
    for policy in POLICIES:
        runs = [bench.run(path, *cluster, "--placement", policy) for path, _ in (short, long)]
        each = measure.instructions_each(*runs, long[1] - short[1])
        table.line(policy, each)
        bench.note("instructions", policy, nodes=nodes, instructions=each)


def bench_instructions(bench):
    if measure.has_valgrind():
        job_instructions(bench, *((1000, 40000) if bench.quick else (10000, 400000)))
    else:
        print("\nvalgrind is not installed: no instructions are counted")


def bench_mixes(bench):
    nodes, jobs, scanned = (1000, 40000, 10000) if bench.quick else (10000, 500000, 150000)
    table = Table(f"real shapes, {nodes:,} nodes: ns a job", "shapes", "auto", "index", "scan", first=44,
                  width=9)
    for mix in mixes.all_mixes(os.environ.get("BB_SHARED")):
        short, long, cluster = make_traces(bench, mix, nodes, jobs)
        for policy in POLICIES:
            ns = {}
            for search in ("auto", "index", "scan"):
                a, b = (short, long) if search != "scan" else make_traces(bench, mix, nodes, scanned)[:2]
                ns[search] = each_job(bench, a, b, *cluster, "--placement", policy, "--search",
                                      search)["ns"]
                if search == "scan":
                    short, long, cluster = make_traces(bench, mix, nodes, jobs)
            table.line(f"{mix.name}: {policy}", len(mix.shapes), *(ns[s] for s in ("auto", "index", "scan")))
            bench.note("mixes", mix.name, policy=policy, nodes=nodes, shapes=len(mix.shapes), ns=ns)


def bench_growth(bench):
    sizes = (1000, 10000) if bench.quick else (1000, 10000, 100000)
    table = Table("growth, a dozen shapes", "jobs more", "ns/job", "jobs/s", "peak MiB")
    for nodes in sizes:
        jobs = max(30 * nodes, 200000 if bench.quick else 1000000)
        short, long, cluster = make_traces(bench, mixes.dozen(), nodes, jobs)
        for policy in ("next-fit",) + POLICIES:
            found = each_job(bench, short, long, *cluster, "--placement", policy)
            table.line(f"{nodes:,} nodes: {policy}", jobs // 2, found["ns"], round(1e9 / found["ns"]),
                 found["peak_mib"])
            bench.note("growth", policy, nodes=nodes, ns=found["ns"], peak_mib=found["peak_mib"])


def whole_run(bench, table, section, name, trace, *options, repeats=1):
    output, user_s, peak = measure.best_of(bench.run(trace, *options), repeats)
    summary = json.loads(output)
    jobs = summary["jobs"]["submitted"]
    window = summary["time"]["window_end_s"] - summary["time"]["window_start_s"]
    waiting = summary["wait_s"]["mean"] * summary["wait_s"]["n"] / window
    table.line(name, jobs, user_s / jobs * 1e9, peak / 1024, waiting)
    bench.note(section, name, jobs=jobs, ns=user_s / jobs * 1e9, peak_mib=peak / 1024, waiting=waiting)
    return user_s


def bench_waiting(bench):
    nodes, jobs = 100, 50000 if bench.quick else 400000
    table = Table(f"waiting for each of {nodes} nodes", "jobs", "ns/job", "peak MiB", "waiting")
    cluster = bench.inputs / "nodes.csv"
    mixes.write_nodes(mixes.dozen(), nodes, cluster)
    for waiting in (1, 10, 100, 1000):
        path = bench.inputs / "bursts.csv"
        mixes.write_bursts(nodes, waiting, max(jobs, 2 * (32 + waiting) * nodes), path)
        whole_run(bench, table, "waiting", f"up to {waiting:,}", path, "--cluster", cluster, "--placement",
                  "best-fit")


def bench_backfill(bench):
    jobs = 20000 if bench.quick else 100000
    path = bench.inputs / "lublin.swf"
    awk = ["awk", "-f", pathlib.Path(__file__).parent / "lublin.awk", "-v", f"jobs={jobs}", "-v",
           "procs=256", "-v", "load=1.6"]
    with open(path, "wb") as out:
        subprocess.run(awk, stdout=out, check=True)
    table = Table("like Lublin's, 256 processors", "jobs", "ns/job", "peak MiB", "waiting")
    for queue in ("fcfs", "easy", "conservative"):
        whole_run(bench, table, "backfill", queue, path, "--queue", queue, repeats=1 if bench.quick else 2)


# ---- Others ----

def other_python(system, jobs):
    """User seconds in the first Python that has it; None where none has."""
    for python in dict.fromkeys((sys.executable, "/usr/bin/python3")):
        argv = [python, pathlib.Path(__file__).parent / "mmc.py", system]
        if os.path.exists(python) and subprocess.run(argv + ["10"], capture_output=True,
                                                     check=False).returncode == 0:
            return measure.run_once(argv + [str(jobs)], stderr=subprocess.DEVNULL)[1]
    return None


def bench_others(bench):
    jobs = 20000 if bench.quick else 200000
    table = Table(f"M/M/64 at a load of 0.9, {jobs:,} jobs", "jobs", "ns/job", "peak MiB", "waiting")
    path = bench.inputs / "mmc.csv"
    mmc.write_log(jobs, path)
    nodes = bench.inputs / "nodes.csv"
    nodes.write_text(f"node_id,cpu_milli\nhost,{mmc.SERVERS * 1000}\n", encoding="utf-8")
    ours = whole_run(bench, table, "others", "breakbulk", path, "--cluster", nodes)
    for system in ("simpy", "simgrid"):
        user_s = other_python(system, jobs)
        if user_s is None:
            print(f"{system}: not installed")
            continue
        table.line(f"{system} (Python), {user_s / ours:.0f} times as long", jobs, user_s / jobs * 1e9)
        bench.note("others", system, jobs=jobs, ns=user_s / jobs * 1e9, ratio=user_s / ours)
    print("not like for like: they model more (any process, networks), and are run from Python")


SECTIONS = {"events": bench_events, "reading": bench_reading, "records": bench_records,
            "instructions": bench_instructions, "mixes": bench_mixes, "growth": bench_growth,
            "waiting": bench_waiting, "backfill": bench_backfill, "others": bench_others}


def main():
    parser = argparse.ArgumentParser(prog="bench.sh", description="How fast breakbulk is.")
    parser.add_argument("--quick", action="store_true", help="about two minutes, smaller everywhere")
    parser.add_argument("--only", default=",".join(SECTIONS), help="some of " + ", ".join(SECTIONS))
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("inputs", type=pathlib.Path)
    parser.add_argument("json", nargs="?", type=pathlib.Path)
    options = parser.parse_args()
    wanted = options.only.split(",")
    if any(name not in SECTIONS for name in wanted):
        parser.error(f"--only: expected some of {', '.join(SECTIONS)}, found {options.only}")
    facts = measure.facts(options.build)
    print(f"{facts['machine']['cpu']}, {facts['machine']['cpus']} cpus, load "
          f"{facts['machine']['load_before']}; {facts['compiler']}\n"
          f"{facts['build']['buildtype']} -O{facts['build']['optimization']} of "
          f"{facts['build']['commit']}; {facts['valgrind'] or 'no valgrind, no instructions'}")
    bench = Bench(options.build, options.inputs, options.quick)
    for name in wanted:
        SECTIONS[name](bench)
    if options.json:
        options.json.write_text(json.dumps({"schema": "breakbulk-bench/1", "quick": options.quick, **facts,
                                            "rows": bench.rows}, indent=1) + "\n", encoding="utf-8")


main()
