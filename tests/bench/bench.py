#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench.py BUILD INPUTS [JSON]: how fast breakbulk is and what memory it takes.

BUILD is the build folder; INPUTS has lublin.swf, stream-NODES-JOBS.csv and nodes-NODES.csv. Prints a
table, and writes the same as JSON with machine, compiler and build. Times are user times, the best of
some repeats: they include starting up and reading the trace. Memory is the peak of the resident set.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

SWF_RUNS = [("fcfs", 5), ("easy", 5), ("conservative", 2)]
STREAMS = [(nodes, jobs) for nodes in (1000, 10000) for jobs in (1000000, 4000000)]


def peak_kib(pid, so_far):
    """VmHWM of a process that may be gone, else what was known of it. (The ru_maxrss of wait4 starts
    from the size of this interpreter.)"""
    try:
        for line in open(f"/proc/{pid}/status", encoding="ascii"):
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except (OSError, ValueError):
        pass
    return so_far


def run_once(argv):
    """Standard output, user seconds and peak KiB of one run."""
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        output, peak = b"", 0
        os.set_blocking(process.stdout.fileno(), False)
        while True:
            peak = peak_kib(process.pid, peak)
            chunk = process.stdout.read()
            if chunk == b"":
                break
            output += chunk or b""
            time.sleep(0.005)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench.py: exit status {process.returncode}: {' '.join(argv)}")
    return output, usage.ru_utime, peak


def measure(name, argv, repeats):
    runs = [run_once(argv) for _ in range(repeats)]
    summary = json.loads(runs[0][0])
    jobs = summary["jobs"]["submitted"]
    user_s = min(user for _, user, _ in runs)
    window = summary["time"]["window_end_s"] - summary["time"]["window_start_s"]
    waiting = summary["wait_s"]["mean"] * summary["wait_s"]["n"] / window
    return {"name": name, "jobs": jobs, "user_s": round(user_s, 3),
            "jobs_per_s": round(jobs / user_s), "ns_per_job": round(user_s / jobs * 1e9),
            "peak_mib": round(max(peak for _, _, peak in runs) / 1024, 1),
            "mean_waiting": round(waiting, 1)}


def build_facts(build):
    compiler = json.loads((build / "compile_commands.json").read_text())[0]["command"].split()
    compiler = next(word for word in compiler if "ccache" not in word)
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True)
    options = json.loads((build / "meson-info/intro-buildoptions.json").read_text())
    options = {o["name"]: o["value"] for o in options}
    commit = ""
    if shutil.which("git"):
        commit = subprocess.run(["git", "-C", pathlib.Path(__file__).parent, "describe", "--always",
                                 "--dirty"], capture_output=True, text=True, check=False).stdout.strip()
    model = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
             if line.startswith("model name")]
    return {"machine": {"cpu": model[0] if model else os.uname().machine,
                        "cpus": os.cpu_count(), "system": " ".join(os.uname()[0:3:2])},
            "compiler": version.stdout.splitlines()[0],
            "build": {"commit": commit, "buildtype": options["buildtype"],
                      "c_args": options.get("c_args", [])}}


def measure_all(build, inputs):
    program = str(build / "sim/cli/breakbulk")
    common = ["--window", "all", "--record", "none", "--format", "json", "--quiet"]
    for queue, repeats in SWF_RUNS:
        yield measure(f"lublin-like, 256 cores, {queue}",
                      [program, "run", "--trace", f"{inputs}/lublin.swf", "--queue", queue] + common,
                      repeats)
    for nodes, jobs in STREAMS:
        yield measure(f"stream, {nodes} nodes, fcfs",
                      [program, "run", "--trace", f"{inputs}/stream-{nodes}-{jobs}.csv", "--cluster",
                       f"{inputs}/nodes-{nodes}.csv"] + common, 1)


def main():
    build, inputs = pathlib.Path(sys.argv[1]), sys.argv[2]
    facts = build_facts(build)
    print(f"{facts['machine']['cpu']}, {facts['machine']['cpus']} cpus; {facts['compiler']}; "
          f"{facts['build']['buildtype']} of {facts['build']['commit']}")
    print(f"{'run':37} {'jobs':>9} {'jobs/s':>10} {'ns/job':>9} {'peak MiB':>9} {'waiting':>9}")
    rows = []
    for row in measure_all(build, inputs):
        rows.append(row)
        print(f"{row['name']:37} {row['jobs']:9,} {row['jobs_per_s']:10,} {row['ns_per_job']:9,} "
              f"{row['peak_mib']:9,} {row['mean_waiting']:9,}", flush=True)
    print("jobs/s and ns/job of user time, start-up and reading included; waiting: jobs, on average")
    if len(sys.argv) > 3:
        pathlib.Path(sys.argv[3]).write_text(
            json.dumps({"schema": "breakbulk-bench/0", **facts, "runs": rows}, indent=1) + "\n",
            encoding="utf-8")


main()
