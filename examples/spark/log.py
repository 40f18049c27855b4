#!/usr/bin/env python3
"""Makes a log in pieces, as a log service would leave it: `log.py FOLDER [REQUESTS]` writes one compressed file an hour."""

import gzip
import json
import pathlib
import random
import sys

HOURS = 6


def request(rng):
    metadata = {"beta": rng.random() < 0.5, "tier": rng.choice(["free", "free", "free", "pro", "pro", "enterprise"])}
    if rng.random() < 0.8:
        metadata["region"] = rng.choice(["us-east", "us-west", "eu-west", "eu-central"])
    if metadata["tier"] == "enterprise":
        metadata["seats"] = rng.randrange(1, 2000)
    body = {
        "model": rng.choice(["inworld/support"] * 5 + ["inworld/ab-split"] * 4 + ["auto"]),
        "messages": [{"role": "user", "content": "hello " * rng.randrange(1, 60)}],
        "extra_body": {"metadata": metadata},
    }
    # A request without a user is drawn by its place in the log.
    if rng.random() < 0.6:
        body["user"] = f"user-{rng.randrange(2000)}"
    if rng.random() < 0.5:
        body["usage"] = {"prompt_tokens": rng.randrange(5, 400), "completion_tokens": rng.randrange(5, 900)}
    return body


def main():
    folder, requests = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 60_000
    rng = random.Random(5)
    for hour in range(HOURS):
        piece = folder / f"hour={hour:02}" / "part-0.jsonl.gz"
        piece.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(piece, "wt", encoding="utf-8") as file:
            for number in range(requests // HOURS):
                # Logs are never quite clean.
                file.write("\n" if number % 997 == 3 else "")
                file.write("{cut off\n" if number % 1499 == 7 else json.dumps(request(rng)) + "\n")


if __name__ == "__main__":
    main()
