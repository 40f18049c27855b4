#!/usr/bin/env python3
"""How long from a save to the answer of `irc check --watch`?

    benches/watch.py [--saves N] [--files N] [--irc PATH]

Saves a definition over and over, in place and by renaming as editors do, now with a misspelt key and now without, and
waits each time for the closing line of the answer, once with that definition alone and once with a thousand beside it.
Prints medians and 95th percentiles. Without --irc it builds a release binary.
"""

import argparse
import os
import random
import statistics
import subprocess
import tempfile
import time

import check


def save(path, text, by_rename):
    target = path + ".tmp" if by_rename else path
    with open(target, "w", encoding="utf-8") as file:
        file.write(text)
    if by_rename:
        os.rename(target, path)


def answer(run):
    """The lines of the next answer."""
    lines = []
    while True:
        line = run.stdout.readline()
        if not line:
            raise SystemExit(f"irc ended: {lines}")
        lines.append(line)
        if line.startswith("checked in "):
            return lines


def measure(irc, folder, path, saves):
    with open(path, encoding="utf-8") as file:
        good = file.read()
    bad = good.replace("\ndefault:", "\ndefualt:", 1)
    run = subprocess.Popen([irc, "check", "--watch", "--no-config", "--as-of", check.AS_OF, "--format", "short", folder], stdout=subprocess.PIPE, text=True)
    took = {"in place": [], "by renaming": []}
    try:
        answer(run)
        rng = random.Random(5)
        for number in range(2 * saves):
            # Not while the last answer still rings.
            time.sleep(rng.uniform(0.05, 0.15))
            by_rename, text = number % 4 > 1, bad if number % 2 == 0 else good
            start = time.perf_counter()
            save(path, text, by_rename)
            # A save in place may be seen half done; then another answer follows at once.
            while any("`defualt`" in line for line in answer(run)) != (text is bad):
                pass
            took["by renaming" if by_rename else "in place"].append(time.perf_counter() - start)
    finally:
        run.terminate()
        run.wait()
    for how, times in took.items():
        times.sort()
        worst = times[min(len(times) - 1, int(len(times) * 0.95))]
        print(f"  saved {how:11} {statistics.median(times) * 1000:6.1f} ms, 95th percentile {worst * 1000:6.1f} ms, of {len(times)}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--saves", type=int, default=50, help="of each kind")
    arguments.add_argument("--files", type=int, default=1000)
    arguments.add_argument("--irc")
    given = arguments.parse_args()
    irc = given.irc or check.build()
    for count in (1, given.files):
        with tempfile.TemporaryDirectory() as folder:
            files, _ = check.make(folder, count, misspelt=0)
            measure(irc, os.path.join(folder, "yaml"), files["yaml"][0], given.saves)


if __name__ == "__main__":
    main()
