# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams of native jobs in the shapes of real traces, for clusters of any size.

A mix is a list of (weight, job columns) and a list of nodes. Arrivals are Poisson, run times
exponential with a mean of half an hour, at three quarters of what the scarcest resource bears. The real
mixes are counted from the folder BB_SHARED; without it a stand-in of as many shapes, sizes log-uniform
and popularity by Zipf, takes their place and says so in its name.
"""
import collections
import csv
import gzip
import itertools
import pathlib
import random

MEAN_RUNTIME_S = 1800
LOAD = 0.75
AMOUNTS = ("cpu_milli", "memory_mib", "gpu_milli")
ZONES = ("a", "b", "c", "d")
Mix = collections.namedtuple("Mix", "name shapes nodes")

DOZEN = [(250, 512), (500, 1024), (500, 4096), (1000, 2048), (1000, 4096), (1000, 8192), (2000, 4096),
         (2000, 8192), (2000, 16384), (4000, 8192), (4000, 32768), (8000, 32768)]
PLAIN_NODE = {"cpu_milli": 32000, "memory_mib": 131072, "gpu": 0, "gpu_model": ""}


def shape(cpu_milli, memory_mib, gpu_milli=0, gpu_model="", require=""):
    return {"cpu_milli": int(cpu_milli), "memory_mib": int(memory_mib), "gpu_milli": int(gpu_milli),
            "gpu_model": gpu_model, "require": require}


def stand_in(name, n_shapes, node):
    draw = random.Random(n_shapes)
    shapes = []
    for rank in range(n_shapes):
        cpu = 100 * 2 ** draw.uniform(0, 8)
        shapes.append((1 / (rank + 1), shape(cpu, cpu * 4 * 2 ** draw.uniform(-1, 1))))
    return Mix(f"{name} (stand-in)", shapes, [node])


def dozen():
    return Mix("a dozen shapes", [(1, shape(*amounts)) for amounts in DOZEN], [PLAIN_NODE])


def openb(shared):
    path = shared / "gpu/openb_pod_list_gpuspec33.csv"
    if not path.exists():
        return stand_in("openb gpuspec33", 457, PLAIN_NODE)
    counts = collections.Counter()
    for row in csv.DictReader(open(path, newline="", encoding="utf-8")):
        gpus = int(row["num_gpu"])
        gpu = int(row["gpu_milli"] or 0) if gpus == 1 else 1000 * gpus
        counts[row["cpu_milli"], row["memory_mib"], gpu, row["gpu_spec"]] += 1
    nodes = [{"cpu_milli": row["cpu_milli"], "memory_mib": row["memory_mib"], "gpu": row["gpu"],
              "gpu_model": row["model"]}
             for row in csv.DictReader(open(shared / "gpu/openb_node_list_all_node.csv", newline="",
                                            encoding="utf-8"))]
    # Mixed up, so that any part of them is like the whole.
    random.Random(1).shuffle(nodes)
    return Mix("openb gpuspec33", [(n, shape(*key)) for key, n in sorted(counts.items())], nodes)


def google(shared):
    path = shared / "google/task_events_head120000.csv.gz"
    node = {"cpu_milli": 64000, "memory_mib": 1048576, "gpu": 0, "gpu_model": ""}
    if not path.exists():
        return stand_in("Google 2011", 1282, node)
    counts = collections.Counter()
    for row in csv.reader(gzip.open(path, "rt", encoding="utf-8")):
        counts[row[9], row[10]] += 1
    shapes = [(n, shape(1 + 64000 * float(cpu or 0), 1 + 1048576 * float(memory or 0)))
              for (cpu, memory), n in sorted(counts.items())]
    return Mix("Google 2011", shapes, [node])


def azure(shared):
    folder = shared / "cloudvm/azure2017-rnn"
    node = {"cpu_milli": 64000, "memory_mib": 458752, "gpu": 0, "gpu_model": ""}
    if not (folder / "flav_map.txt").exists():
        return stand_in("Azure flavours", 16, node)
    letters = collections.Counter((folder / "v1.dev.txt").read_text(encoding="utf-8"))
    shapes = []
    for line in (folder / "flav_map.txt").read_text(encoding="utf-8").splitlines():
        size, letter = line.split()
        cores, gib = size.split(",")
        if letters[letter] > 0:
            shapes.append((letters[letter], shape(1000 * float(cores), 1024 * float(gib))))
    return Mix("Azure flavours", shapes, [node])


def unconstrained(mix):
    merged = collections.Counter()
    for weight, job in mix.shapes:
        merged[tuple(dict(job, gpu_model="", require="").items())] += weight
    return Mix(mix.name, [(weight, dict(job)) for job, weight in merged.items()], mix.nodes)


def constrained(mix):
    """With the trace's own GPU models, else every third shape bound to one of four zones."""
    if any(job["gpu_model"] for _, job in mix.shapes):
        return Mix(f"{mix.name}, models", mix.shapes, mix.nodes)
    shapes = [(weight, dict(job, require=f"zone={ZONES[i // 3 % 4]}" if i % 3 == 0 else ""))
              for i, (weight, job) in enumerate(mix.shapes)]
    return Mix(f"{mix.name}, zones", shapes, mix.nodes)


def all_mixes(shared):
    shared = pathlib.Path(shared or "/nonexistent")
    yield dozen()
    for mix in (openb(shared), google(shared), azure(shared)):
        yield unconstrained(mix)
        yield constrained(mix)


def write_nodes(mix, n_nodes, path):
    with open(path, "w", encoding="utf-8") as out:
        out.write("node_id,cpu_milli,memory_mib,gpu,gpu_model,labels\n")
        for i, node in enumerate(itertools.islice(itertools.cycle(mix.nodes), n_nodes)):
            out.write(f"n{i:06d},{node['cpu_milli']},{node['memory_mib']},{node['gpu']},"
                      f"{node['gpu_model']},zone={ZONES[i % 4]}\n")


def mean_gap_s(mix, n_nodes):
    """Between arrivals, so that the scarcest resource is held at LOAD."""
    total = sum(weight for weight, _ in mix.shapes)
    capacity = collections.Counter()
    for node in itertools.islice(itertools.cycle(mix.nodes), n_nodes):
        capacity["cpu_milli"] += int(node["cpu_milli"])
        capacity["memory_mib"] += int(node["memory_mib"])
        capacity["gpu_milli"] += 1000 * int(node["gpu"])
    need = {a: sum(weight * job[a] for weight, job in mix.shapes) / total for a in AMOUNTS}
    return max(need[a] * MEAN_RUNTIME_S / (capacity[a] * LOAD) for a in AMOUNTS if need[a] > 0)


def write_jobs(mix, n_nodes, n_jobs, path):
    draw = random.Random(20260101)
    gap, t = mean_gap_s(mix, n_nodes), 0.0
    columns = [c for c in ("cpu_milli", "memory_mib", "gpu_milli", "gpu_model", "require")
               if any(job[c] for _, job in mix.shapes)]
    ends = [",".join(str(job[c]) for c in columns) + "\n" for _, job in mix.shapes]
    chosen = draw.choices(ends, [weight for weight, _ in mix.shapes], k=n_jobs)
    with open(path, "w", encoding="utf-8") as out:
        out.write(",".join(["job_id", "submit_s", "runtime_s"] + columns) + "\n")
        for i, end in enumerate(chosen):
            t += draw.expovariate(1 / gap)
            out.write(f"{i},{t:.3f},{1 + int(draw.expovariate(1 / MEAN_RUNTIME_S))},{end}")


def write_bursts(n_nodes, waiting_per_node, n_jobs, path):
    """Jobs of one core in bursts that drain before the next: up to so many wait for each node."""
    burst = (waiting_per_node + 32) * n_nodes
    draw = random.Random(7)
    with open(path, "w", encoding="utf-8") as out:
        out.write("job_id,submit_s,runtime_s,cpu_milli,memory_mib\n")
        for i in range(n_jobs):
            t = i // burst * (burst * 60 // (32 * n_nodes) + 60)
            out.write(f"{i},{t},{30 + draw.randrange(60)},1000,1024\n")
