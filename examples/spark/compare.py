#!/usr/bin/env python3
"""Does a log that is cut into pieces come to the same as the log in one piece?

    examples/spark/compare.py [REQUESTS] [IRC]

Makes a log, replays it with `replay.py` on a Spark of this machine, decides the same log with one `irc`, and compares every
sum. Wants `pip install pyspark` and a Java that it runs on. Ends with 1 where anything differs.
"""

import decimal
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROUTERS = [HERE.parent / "tiers", HERE.parent / "ab-split"]
OUTAGE = ["--down", "openai=50%", "--seed", "3"]


def run(command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, **more)
    if done.returncode not in (0, 1):
        sys.exit(f"{command[0]} ended with {done.returncode}")
    return json.loads(done.stdout, parse_float=decimal.Decimal)


def flat(router):
    """The sums of one router that a single run prints, by the names that the replay gives them."""
    out = {}
    for route in router["routes"]:
        for variant in route["variants"]:
            out["variant", route["route"], variant["variant"]] = variant["requests"]
    for model in router["models"]:
        out["model", model["name"] or "nobody"] = model["requests"]
        if model["name"]:
            out["cost of", model["name"]] = model["cost"]["answered"]["max"]
    out["requests",] = router["requests"]
    out["unmatched",] = router["unmatched"]["requests"]
    out["moved",] = sum(moved["requests"] for moved in router["moved"])
    cost = router["cost"]
    out["input tokens",], out["output tokens",] = cost["input_tokens"], cost["output_tokens"]
    out["least",], out["most",], out["cost",] = cost["min"], cost["max"], cost["answered"]["max"]
    return {key: count for key, count in out.items() if count}


def main():
    requests = sys.argv[1] if len(sys.argv) > 1 else "60000"
    irc = sys.argv[2] if len(sys.argv) > 2 else "irc"
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder, "log")
        subprocess.run([sys.executable, HERE / "log.py", log, requests], check=True)
        whole = pathlib.Path(folder, "log.jsonl.gz")
        pieces = sorted(log.glob("*/*.gz"))
        whole.write_bytes(gzip.compress(b"".join(gzip.decompress(piece.read_bytes()) for piece in pieces)))
        single = run([irc, "simulate", *ROUTERS, whole, "--format", "json", *OUTAGE], stderr=subprocess.DEVNULL)
        spark = run([sys.executable, HERE / "replay.py", "--router", *ROUTERS, "--log", f"{log}/*/*.gz", "--irc", irc, *OUTAGE])

    elsewhere = single["elsewhere"]
    expected = {
        ("records",): single["records"],
        ("bad",): single["bad"],
        ("elsewhere",): elsewhere["auto"] + elsewhere["pinned"] + elsewhere["unnamed"] + sum(elsewhere["routers"].values()),
    }
    for router in single["routers"]:
        for (kind, *path), count in flat(router).items():
            expected[kind, router["router"], *path] = count
    actual = {key: count for key, count in leaves(spark) if count}
    differ = [key for key in sorted({*expected, *actual}) if expected.get(key, 0) != actual.get(key, 0)]
    for key in differ:
        print(f"{' '.join(key)}: {actual.get(key, 0)} in pieces, {expected.get(key, 0)} in one")
    print(f"{len(expected)} sums over {single['records']} records of {len(pieces)} files: {'all equal' if not differ else f'{len(differ)} differ'}")
    sys.exit(1 if differ else 0)


def leaves(tree, path=()):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, key))
        else:
            # Sums of money are written as text, for they are exact.
            yield (*path, key), decimal.Decimal(value) if isinstance(value, str) else value


if __name__ == "__main__":
    main()
