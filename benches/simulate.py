#!/usr/bin/env python3
"""How fast does `irc simulate` decide a log, beside a program that only reads it and decodes the same fields?

    benches/simulate.py [RUNS]

Builds both as releases are built, which takes minutes, makes its logs, and runs everything in turn, so that whatever else
the machine does hits all alike. Prints medians, ratios, the processor time of two threads over that of one, and the most
memory that 1 GB of input takes. Wants nothing but a Rust toolchain and Python.
"""

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROUTER = os.path.join(ROOT, "benches", "twelve-routes.yaml")
REQUESTS = 100_000
WORDS = "the order of last week came with a scratch on its left side and I would like to know what happens next".split()


def build():
    # As it is handed out: both with the same profile.
    subprocess.run(["cargo", "build", "--profile", "dist", "--quiet"], cwd=ROOT, check=True)
    told = subprocess.run(
        ["cargo", "bench", "--profile", "dist", "--bench", "floor", "--no-run", "--quiet", "--message-format=json"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout
    made = [json.loads(line) for line in told.splitlines()]
    floor = [m["executable"] for m in made if m.get("target", {}).get("name") == "floor" and m.get("executable")]
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
    return os.path.join(target, "dist", "irc"), floor[-1]


def longer(path, behind):
    """The same router with so many routes behind its own, each with a variable of its own, that no request reaches."""
    with open(ROUTER, encoding="utf-8") as file:
        routes, rest = file.read().split("default:\n")
    metadata = "".join(f"  k{i}: string\n" for i in range(behind))
    routes = routes.replace("  beta: bool\n", "  beta: bool\n" + metadata)
    added = ["  - {id: rest, when: region != \"nowhere\", model: openai/gpt-4o-mini}\n"]
    added += [f"  - {{id: r{i}, when: k{i} == \"x\", model: openai/gpt-4o}}\n" for i in range(behind)]
    with open(path, "w", encoding="utf-8") as file:
        file.write(routes + "".join(added) + "default:\n" + rest)


def request(rng, messages, words):
    metadata = {"tier": rng.choice(["free", "free", "pro", "enterprise"]), "region": rng.choice(["eu-west", "us-east", "ap-south"])}
    if rng.random() < 0.5:
        metadata["seats"] = rng.randrange(1000)
    if rng.random() < 0.3:
        metadata["score"] = round(rng.random() * 100, 1)
    if rng.random() < 0.3:
        metadata["task"] = rng.choice(["code", "classify", "chat", "reason"])

    def text():
        said = " ".join(rng.choice(WORDS) for _ in range(words))
        return said + rng.choice(["", "", "", "\n", " refund", " urgent"])

    said = [{"role": ["user", "assistant"][i % 2], "content": text()} for i in range(messages)]
    return {"model": "inworld/bench", "user": f"user-{rng.randrange(5000)}", "messages": said, "extra_body": {"metadata": metadata}}


def make(path, messages, words):
    rng = random.Random(7)
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(REQUESTS):
            file.write(json.dumps(request(rng, messages, words), separators=(",", ":")) + "\n")
    size = os.path.getsize(path)
    print(f"{os.path.basename(path)}: {REQUESTS} requests, {size / REQUESTS:.0f} bytes each")


def run(command, out):
    """Seconds that a command takes, and those of the processor. What was written before it goes first: to free that takes
    longer than some of the commands."""
    if os.path.exists(out):
        os.remove(out)
    with open(out, "wb") as file:
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, stdout=file, check=True)
        took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def side_by_side(command, out):
    """Seconds of the processor that two of the same take at the same time, over two that take turns: more than 1 on a
    machine whose processors share something, whatever a program does with its threads."""
    def cpu(begin):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(out, "wb") as file:
            begin(file)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def together(file):
        both = [subprocess.Popen(command, stdout=file) for _ in range(2)]
        if any([one.wait() for one in both]):
            raise SystemExit("a run failed")

    def in_turn(file):
        for _ in range(2):
            subprocess.run(command, stdout=file, check=True)

    return cpu(together) / cpu(in_turn)


def memory(command):
    """The most memory that a command takes, in bytes."""
    script = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    told = subprocess.run([sys.executable, "-c", script, *command], check=True, capture_output=True, text=True).stdout
    return int(told) * 1024


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    irc, floor = build()
    with tempfile.TemporaryDirectory() as folder:
        logs = {"small.jsonl": (1, 5), "large.jsonl": (6, 60)}
        for name, (messages, words) in logs.items():
            make(os.path.join(folder, name), messages, words)
        out = os.path.join(folder, "out")
        for name, (messages, _) in logs.items():
            log = os.path.join(folder, name)
            simulate = [irc, "simulate", "--no-config", ROUTER, log]
            commands = {
                "floor, 2 threads": [floor, log, "2"],
                "floor, 1 thread": [floor, log, "1"],
                "summary": [*simulate, "--summary", "--threads", "2"],
                "summary, 1 thread": [*simulate, "--summary", "--threads", "1"],
                "jsonl": [*simulate, "--format", "jsonl", "--threads", "2"],
                "jsonl, 1 thread": [*simulate, "--format", "jsonl", "--threads", "1"],
            }
            times = {what: [] for what in commands}
            pairs = {what: [] for what in ("summary", "jsonl")}
            # What is over in a moment has more to fear from what else the machine does.
            rounds = runs * (4 if messages == 1 else 1)
            for number in range(rounds):
                for what in pairs if number < runs else ():
                    pairs[what].append(side_by_side(commands[what + ", 1 thread"], out))
                for what, command in commands.items():
                    times[what].append(run(command, out))
            wall = {what: statistics.median(t for t, _ in runs) for what, runs in times.items()}
            cpu = {what: statistics.median(c for _, c in runs) for what, runs in times.items()}
            print(f"\n{name}: medians of {rounds} runs")
            for what in commands:
                least = "floor, 1 thread" if "1 thread" in what else "floor, 2 threads"
                by_run = statistics.median(t / base for (t, _), (base, _) in zip(times[what], times[least]))
                print(f"  {what:18} {wall[what] * 1000:7.1f} ms, {wall[what] / wall[least]:.2f} of the floor (run by run {by_run:.2f}); processor {cpu[what] * 1000:7.1f} ms")
            for what in ("summary", "jsonl"):
                threads, machine = cpu[what] / cpu[what + ", 1 thread"], statistics.median(pairs[what])
                print(f"  processor time of {what} on two threads over one: {threads:.2f}; of two runs at once over two in turn: {machine:.2f}")
        # What it takes to begin is not what a request takes: the same with hardly a request.
        few, log = os.path.join(folder, "few.jsonl"), os.path.join(folder, "small.jsonl")
        with open(log, "rb") as whole, open(few, "wb") as file:
            file.write(whole.readline())
        routers = {behind: os.path.join(folder, f"{behind}.yaml") for behind in (0, 1000)}
        took = {behind: [] for behind in routers}
        for behind, path in routers.items():
            longer(path, behind)
        for _ in range(runs):
            for behind, path in routers.items():
                command = [irc, "simulate", "--no-config", path, "--summary", "--threads", "1", "--analysis-budget", "0"]
                took[behind].append(run([*command, log], out)[1] - run([*command, few], out)[1])
        each = {behind: statistics.median(times) / REQUESTS * 1e6 for behind, times in took.items()}
        print(f"\na request with 13 routes: {each[0]:.2f} us; with 1,000 more behind that none reaches: {each[1000]:.2f} us, {each[1000] / each[0]:.2f} times that")
        big = os.path.join(folder, "big.jsonl")
        with open(os.path.join(folder, "large.jsonl"), "rb") as file:
            piece = file.read()
        with open(big, "wb") as file:
            while file.tell() < 10**9:
                file.write(piece)
        for what in (["--summary"], ["--format", "jsonl"]):
            most = memory([irc, "simulate", "--no-config", ROUTER, big, *what])
            print(f"\n1 GB, {' '.join(what)}: {most / 2**20:.1f} MiB at most")


if __name__ == "__main__":
    main()
