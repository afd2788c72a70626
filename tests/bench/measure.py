# SPDX-License-Identifier: GPL-3.0-or-later
"""How a program's time, memory and instructions are measured, and on what."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time


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


def run_once(argv, stderr=None, with_system=False):
    """Standard output, user seconds and peak KiB of one run."""
    argv = [str(word) for word in argv]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=stderr) as process:
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
        sys.exit(f"bench: exit status {process.returncode}: {' '.join(argv)}")
    return output, usage.ru_utime + (usage.ru_stime if with_system else 0), peak


def best_of(argv, repeats):
    """Standard output, least user seconds and largest peak KiB of some runs."""
    runs = [run_once(argv) for _ in range(repeats)]
    return runs[0][0], min(run[1] for run in runs), max(run[2] for run in runs)


def has_valgrind():
    return shutil.which("valgrind") is not None


def count_instructions(argv):
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(["valgrind", "--tool=callgrind",
                              f"--callgrind-out-file={folder}/out"] + [str(word) for word in argv],
                             capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not found:
        sys.exit(f"bench: callgrind failed: {' '.join(map(str, argv))}")
    return int(found.group(1))


def instructions_each(short, long, n_more):
    """Of one more job, row or hold: the long run less the short one. None without valgrind."""
    if not has_valgrind():
        return None
    return round((count_instructions(long) - count_instructions(short)) / n_more)


def first_line(argv):
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines()[0]


def facts(build):
    """Machine, compiler and build."""
    command = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))[0]["command"]
    compiler = next(word for word in command.split() if "ccache" not in word)
    options = json.loads((build / "meson-info/intro-buildoptions.json").read_text(encoding="utf-8"))
    options = {o["name"]: o["value"] for o in options}
    commit = ""
    if shutil.which("git"):
        commit = subprocess.run(["git", "-C", pathlib.Path(__file__).parent, "describe", "--always",
                                 "--dirty"], capture_output=True, text=True, check=False).stdout.strip()
    model = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
             if line.startswith("model name")]
    return {"machine": {"cpu": model[0] if model else os.uname().machine, "cpus": os.cpu_count(),
                        "system": " ".join(os.uname()[0:3:2]),
                        "load_before": round(os.getloadavg()[0], 2)},
            "compiler": first_line([compiler, "--version"]),
            "valgrind": first_line(["valgrind", "--version"]) if has_valgrind() else None,
            "build": {"commit": commit, "buildtype": options["buildtype"],
                      "optimization": options["optimization"], "c_args": options.get("c_args", [])}}
