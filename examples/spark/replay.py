#!/usr/bin/env python3
"""Replays a log that is too big for one machine: Spark hands each of its pieces to `irc simulate`, and sums what comes back.

    spark-submit replay.py --router ROUTER... --log LOG... [--irc PROGRAM] [--seed N] [--down OUTAGE...] > sums.json

LOG are files, folders or patterns that Spark reads, of JSON Lines, compressed or not. `irc` and the definitions have to be
on every machine of the cluster, at the same place (`--files`, an image, a shared disk).

`irc simulate --format jsonl` turns each line of a log into a line with its decision, so it is a step of a pipeline like any
other. One thing is to be minded: the variant of a request without a user is drawn from its place in the log. So the requests
of each piece are counted first, and each `irc` is told at which number its own begin.
"""

import argparse
import collections
import decimal
import json
import subprocess
import sys
import tempfile
import threading

from pyspark.sql import SparkSession

# Added up exactly, however the pieces are cut.
decimal.getcontext().prec = 60


def arguments():
    parser = argparse.ArgumentParser(description="Sums of a replayed log, as one JSON object.")
    parser.add_argument("--router", nargs="+", required=True)
    parser.add_argument("--log", nargs="+", required=True)
    parser.add_argument("--irc", default="irc")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--down", nargs="+", default=[])
    parser.add_argument("--request-field")
    parser.add_argument("--pieces", type=int, help="at least so many pieces")
    return parser.parse_args()


def is_record(line):
    """What `irc` takes for a record: a line that is not blank."""
    return bool(line.strip(" \t\r\f"))


def decide(command, first, lines):
    """The decisions for the lines of a piece, which `irc` reads and writes at the same time."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*command, "--first-request", str(first)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True, encoding="utf-8",
        )
        feeder = Feeder(process.stdin, lines)
        feeder.start()
        for decision in process.stdout:
            yield json.loads(decision, parse_float=decimal.Decimal)
        feeder.join()
        # 1 only says that some records are no requests; those are in the sums.
        if feeder.fault or process.wait() not in (0, 1):
            said.seek(0)
            raise RuntimeError(f"irc failed: {feeder.fault or said.read().decode(errors='replace')}")


class Feeder(threading.Thread):
    """Writes lines to a program while its answers are read: one that only wrote would wait for ever."""

    def __init__(self, pipe, lines):
        super().__init__(daemon=True)
        self.pipe, self.lines, self.fault = pipe, lines, None

    def run(self):
        try:
            with self.pipe:
                for line in self.lines:
                    self.pipe.write(line + "\n")
        except Exception as fault:  # It is told where the answers are read.
            self.fault = fault


def sums(decisions):
    """What decisions come to: how many, by what. Sums of sums are sums, so pieces can be added up in any order."""
    out = collections.Counter()
    for decision in decisions:
        out["records",] += 1
        router = decision["router"]
        if router is None:
            out["elsewhere" if "elsewhere" in decision else "bad",] += 1
            continue
        out["requests", router] += 1
        if decision["route"] is None:
            out["unmatched", router] += 1
            continue
        out["variant", router, decision["route"], decision["variant"]] += 1
        who = answered_by(decision["attempts"])
        out["model", router, who] += 1
        if decision["attempts"] and decision["attempts"][0]["outcome"] != "ok":
            out["moved", router] += 1
        tokens, cost = decision.get("tokens"), decision.get("cost_usd")
        if tokens is not None:
            out["input tokens", router] += tokens["input"] + tokens["cache_read"] + tokens["cache_write"]
            out["output tokens", router] += tokens["output"]
        # A price that is not known is in no sum.
        if cost is not None and cost["min"] is not None:
            out["least", router] += decimal.Decimal(cost["min"])
            out["most", router] += decimal.Decimal(cost["max"])
        if cost is not None and cost.get("answered") is not None:
            out["cost", router] += decimal.Decimal(cost["answered"])
            out["cost of", router, who] += decimal.Decimal(cost["answered"])
    return out


def answered_by(attempts):
    """The model that answers; several where figures are missing that would tell which; none where all fail."""
    for attempt in attempts:
        if attempt["outcome"] == "ok":
            return attempt.get("model") or " or ".join(attempt["tied"])
    return "nobody"


def nested(flat):
    """Sums as an object, in a fixed order."""
    out = {}
    for path, count in sorted(flat.items()):
        *path, last = path
        at = out
        for part in path:
            at = at.setdefault(part, {})
        at[last] = str(count) if isinstance(count, decimal.Decimal) else count
    return out


def main():
    args = arguments()
    spark = SparkSession.builder.appName("irc replay").getOrCreate()
    lines = spark.sparkContext.textFile(",".join(args.log), args.pieces).filter(is_record)

    def count(number, piece):
        yield number, sum(1 for _ in piece)

    first, begins = 0, {}
    for number, records in lines.mapPartitionsWithIndex(count).collect():
        begins[number] = first
        first += records

    command = [args.irc, "simulate", *args.router, "-", "--format", "jsonl", "--threads", "1", "--seed", str(args.seed)]
    command += [word for outage in args.down for word in ("--down", outage)]
    command += ["--request-field", args.request_field] if args.request_field else []

    def replay(number, piece):
        if begins[number] < first:
            yield sums(decide(command, begins[number], piece))

    total = lines.mapPartitionsWithIndex(replay).fold(collections.Counter(), added)
    json.dump(nested(total), sys.stdout, indent=2, ensure_ascii=False)
    print()
    spark.stop()


def added(left, right):
    out = collections.Counter(left)
    out.update(right)
    return out


if __name__ == "__main__":
    main()
