# SPDX-License-Identifier: GPL-3.0-or-later
"""mmc.py SYSTEM JOBS: an M/M/c queue of 64 servers at a load of 0.9 in SimPy or SimGrid.

Prints the mean wait in service times. Exit status 77: the system is not installed.
"""
import random
import sys

SERVERS, LOAD, MEAN_S = 64, 0.9, 100.0


def gaps_and_runs(jobs):
    draw = random.Random(20260101)
    for _ in range(jobs):
        yield draw.expovariate(SERVERS * LOAD / MEAN_S), draw.expovariate(1 / MEAN_S)


def run_simpy(jobs):
    import simpy
    world, waits = simpy.Environment(), []
    servers = simpy.Resource(world, SERVERS)

    def job(runtime):
        arrived = world.now
        with servers.request() as request:
            yield request
            waits.append(world.now - arrived)
            yield world.timeout(runtime)

    def arrivals():
        for gap, runtime in gaps_and_runs(jobs):
            yield world.timeout(gap)
            world.process(job(runtime))

    world.process(arrivals())
    world.run()
    return sum(waits) / len(waits)


def run_simgrid(jobs):
    import simgrid
    engine, waits = simgrid.Engine(sys.argv[:1] + ["--log=root.thresh:warning"]), []
    zone = simgrid.NetZone.create_full_zone("zone")
    host = zone.create_host("host", [1.0])
    zone.seal()
    servers = simgrid.Semaphore(SERVERS)

    def job(runtime):
        arrived = simgrid.Engine.clock
        servers.acquire()
        waits.append(simgrid.Engine.clock - arrived)
        simgrid.this_actor.sleep_for(runtime)
        servers.release()

    def arrivals():
        for gap, runtime in gaps_and_runs(jobs):
            simgrid.this_actor.sleep_for(gap)
            simgrid.Actor.create("job", host, job, runtime)

    simgrid.Actor.create("arrivals", host, arrivals)
    engine.run()
    return sum(waits) / len(waits)


def main():
    try:
        wait_s = {"simpy": run_simpy, "simgrid": run_simgrid}[sys.argv[1]](int(sys.argv[2]))
    except ImportError:
        sys.exit(77)
    print(f"{wait_s / MEAN_S:.4f}")


def write_log(jobs, path):
    """The same jobs as a native trace."""
    t = 0.0
    with open(path, "w", encoding="utf-8") as out:
        out.write("job_id,submit_s,runtime_s,cpu_milli\n")
        for i, (gap, runtime) in enumerate(gaps_and_runs(jobs)):
            t += gap
            out.write(f"{i},{t:.6f},{runtime:.6f},1000\n")


if __name__ == "__main__":
    main()
