#!/usr/bin/env python3
"""How long does `irc check` take for a thousand definitions, beside a program that holds them to a schema only?

    benches/check.py [--runs N] [--files N] [--irc PATH] [--jsonschema PATH] [--keep FOLDER]

Makes definitions of twelve routes, all different, twenty of them with a misspelt key, and checks them with `irc check`
and with `jsonschema-cli` (`cargo install jsonschema-cli`) against the schema that irc generates: all files in one process
of each, in turn, so that whatever else the machine does hits both alike. First it sees to it that both find the twenty
and nothing else. Prints medians, and the median of the ratios of runs that followed each other. Without --irc it builds
the binary that is handed out: release/build.sh.
"""

import argparse
import collections
import json
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCHEMA = os.path.join(ROOT, "schemas", "router.schema.json")
MISSPELT = 20
# What retires later would change the result of a later run.
AS_OF = "2026-11-29"

STRONG = ["anthropic/claude-opus-4-6", "openai/gpt-5.2", "google-ai-studio/gemini-2.5-pro", "anthropic/claude-sonnet-4-6", "openai/gpt-5"]
PLAIN = ["openai/gpt-4o", "mistral/mistral-large-latest", "anthropic/claude-haiku-4-5", "google-ai-studio/gemini-2.5-flash"]
SMALL = ["openai/gpt-4o-mini", "openai/gpt-5.4-nano", "google-ai-studio/gemini-2.5-flash-lite", "groq/openai/gpt-oss-120b"]
DOMAINS = ["support", "search", "billing", "claims", "travel", "legal", "voice", "tutor", "shop", "ops", "news", "bank"]
TEAMS = ["core", "growth", "platform", "field", "partners", "labs"]
TASKS = ["classify", "extract", "translate", "summarize", "code", "reason", "chat", "rank"]
REGIONS = ["eu-west", "eu-north", "eu-south", "us-east", "us-west", "ap-south", "ap-east", "sa-east"]
WORDS = ["refund", "cancel", "invoice", "urgent", "outage", "password", "contract", "delivery", "warranty", "complaint"]
# Keys, and what becomes of them under hurried fingers.
SLIPS = {"fallbacks": "fallback", "model": "modle", "variants": "varaints", "weight": "wieght", "candidates": "candidats", "sort": "srot", "display_name": "dispaly_name", "metadata": "metdata", "text_generation_config": "text_generation_confg", "when": "wen"}


def provider(model):
    return model.split("/")[0]


def behind(rng, model, models):
    """A fallback of another provider than the model's, for whom one provider is not enough."""
    return rng.choice([other for other in models if provider(other) != provider(model)])


def answering(rng, models, spare):
    model = rng.choice(models)
    return {"model": model, "fallbacks": [behind(rng, model, spare)]}


def definition(rng, number):
    """A router of twelve routes."""
    domain, team = rng.choice(DOMAINS), rng.choice(TEAMS)
    low, middle, high = rng.choice([["free", "pro", "enterprise"], ["basic", "plus", "business"], ["trial", "team", "company"]])
    seats, score = rng.choice(["seats", "agents", "licences"]), rng.choice(["score", "value", "trust"])
    tasks, regions, words = rng.sample(TASKS, 5), rng.sample(REGIONS, 5), rng.sample(WORDS, 5)
    bound, many = rng.randrange(60, 90), rng.randrange(2, 40) * 25
    share, half = rng.randrange(5, 50), rng.randrange(1, 20) * 5
    plans = rng.sample(range(100), 2)
    steady = [rng.choice(PLAIN[:2]), rng.choice(SMALL[2:])]
    strong, small = rng.choice(STRONG), rng.choice(SMALL)
    routes = [
        {"id": "beta", "when": f'beta && tier != "{low}"', **answering(rng, STRONG, PLAIN)},
        {"id": "large", "when": f'tier == "{high}" && {seats} >= {many}', "model": strong, "fallbacks": {"pool": "steady"}},
        {
            "id": high,
            "when": f'tier == "{high}"',
            "variants": [
                {"id": "control", "weight": 100 - share, **answering(rng, STRONG, PLAIN)},
                {"id": "trial", "weight": share, **answering(rng, STRONG, SMALL), "text_generation_config": {"temperature": rng.randrange(1, 10) / 10}},
            ],
        },
        {"id": "near", "when": f'region in {json.dumps(regions[:3])} && tier == "{middle}"', **answering(rng, PLAIN, SMALL)},
        {"id": "far", "when": f'region.startsWith("{regions[3][:3]}") && {score} < {bound}', **answering(rng, PLAIN, PLAIN)},
        {"id": "fair", "when": f"{score} > {bound} && {score} <= {bound + rng.randrange(2, 9)}", **answering(rng, PLAIN, SMALL)},
        {
            "id": tasks[0],
            "when": f'task == "{tasks[0]}"',
            "model": "auto",
            "candidates": [strong, behind(rng, strong, STRONG), behind(rng, strong, PLAIN)],
            "sort": rng.choice([["price", "latency"], ["intelligence", "price"], ["coding", "price"], ["latency"]]),
        },
        {
            "id": "simple",
            "when": f"task in {json.dumps(tasks[1:4])}",
            **answering(rng, SMALL, SMALL),
            "text_generation_config": {"temperature": 0, "max_tokens": rng.randrange(1, 9) * 64},
        },
        {"id": words[0], "when": f'messages.exists(m, m.role == "user" && m.content.contains("{words[0]}"))', **answering(rng, PLAIN, PLAIN)},
        {
            "id": words[1],
            "when": f'messages.last().content.matches(r"(?i)\\b({words[1]}|{words[2]})\\b")',
            "model": rng.choice(PLAIN),
            "fallbacks": {"pool": "steady"},
        },
        {
            "id": "short",
            "when": f"messages.size() <= {rng.randrange(2, 5)} && messages.last().content.size() < {rng.randrange(20, 400)}",
            "variants": [
                {"id": "a", "weight": half, **answering(rng, SMALL[:2], SMALL)},
                {"id": "b", "weight": 100 - half, **answering(rng, SMALL[2:], SMALL)},
            ],
        },
        {"id": "special", "when": f'paying && account.plan in ["p{plans[0]}", "p{plans[1]}"]', **answering(rng, STRONG, STRONG)},
    ]
    # The first three are an order of precedence, the rest may come as it likes.
    rest = routes[3:]
    rng.shuffle(rest)
    return {
        "name": f"{domain}-{team}-{number}",
        "display_name": f"{domain.capitalize()} of {team}",
        "description": f"Routes the {domain} traffic of {team}; ask #{team}-{domain} before changing it.",
        "metadata": {
            "tier": {"type": "string", "enum": [low, middle, high], "required": True},
            "region": {"type": "string", "required": True},
            seats: {"type": "int", "min": 1},
            score: {"type": "number", "min": 0, "max": 100},
            "task": "string",
            "beta": "bool",
            "account": {"type": "map", "fields": {"id": "string", "plan": "string"}},
        },
        "prompt_variables": {"agent_name": {"type": "string", "required": True}},
        "conditions": {"paying": f'tier != "{low}"'},
        "pools": {"steady": steady},
        "defaults": {
            "text_generation_config": {"temperature": rng.randrange(1, 12) / 10},
            "message_templates": [{"role": "system", "content": f"You are {{{{agent_name}}}} and help with {domain}."}],
        },
        "routes": routes[:3] + rest,
        "default": {"model": small, "fallbacks": [behind(rng, small, SMALL)]},
    }


def misspell(rng, value, key):
    """Renames one of all keys of this name in a definition."""
    places = []

    def look(value):
        if isinstance(value, dict):
            if key in value:
                places.append(value)
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    look(value)
    place = rng.choice(places)
    renamed = {SLIPS[key] if name == key else name: inner for name, inner in place.items()}
    place.clear()
    place.update(renamed)


def scalar(value):
    if not isinstance(value, str):
        return json.dumps(value)
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_./ -]*", value) and value not in ("true", "false", "null", "yes", "no"):
        return value
    return "'" + value.replace("'", "''") + "'"


def flow(value):
    """A short value on one line, or None."""
    if isinstance(value, dict):
        inner = [(scalar(key), flow(item)) for key, item in value.items()]
        text = "{" + ", ".join(f"{key}: {item}" for key, item in inner) + "}"
        return text if len(text) < 72 and all(item for _, item in inner) else None
    if isinstance(value, list):
        inner = [flow(item) for item in value]
        return "[" + ", ".join(inner) + "]" if all(inner) and sum(map(len, inner)) < 72 else None
    return scalar(value)


def block(value, indent, out):
    """Writes a mapping or a list as people write YAML."""
    pad = " " * indent
    for item in value.items() if isinstance(value, dict) else value:
        lead, inner = (f"{pad}{item[0]}:", item[1]) if isinstance(value, dict) else (f"{pad}-", item)
        text = flow(inner) if not isinstance(inner, dict) or "id" not in inner else None
        if text is not None:
            out.append(f"{lead} {text}")
        elif isinstance(value, dict):
            out.append(lead)
            block(inner, indent + 2, out)
        else:
            lines = []
            block(inner, indent + 2, lines)
            out.append(f"{pad}- " + lines[0].lstrip())
            out.extend(lines[1:])


def make(folder, count, misspelt=MISSPELT):
    """Writes all definitions as YAML and the same as JSON. Returns the files of each and the faulty ones among them."""
    rng = random.Random(11)
    faulty = set(rng.sample(range(count), min(misspelt, count)))
    slips = list(SLIPS)
    files = {"yaml": [], "json": []}
    wrong = {"yaml": set(), "json": set()}
    size = collections.Counter()
    for number in range(count):
        value = definition(rng, number)
        if number in faulty:
            misspell(rng, value, slips[len(wrong["yaml"]) % len(slips)])
        lines = []
        block(value, 0, lines)
        texts = {"yaml": "\n".join(lines) + "\n", "json": json.dumps(value, indent=2) + "\n"}
        for form, text in texts.items():
            below = os.path.join(folder, form, f"team-{number % 10}")
            os.makedirs(below, exist_ok=True)
            path = os.path.join(below, f"{value['name']}.router.{form}")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            size[form] += len(text)
            files[form].append(path)
            if number in faulty:
                wrong[form].add(path)
    lines = sum(1 for path in files["yaml"] for _ in open(path, encoding="utf-8"))
    print(f"{count} definitions, {len(faulty)} with a misspelt key; {lines / count:.0f} lines, {size['yaml'] / count:.0f} bytes of YAML or {size['json'] / count:.0f} of JSON each")
    return files, wrong


def run(command, out):
    """Seconds that a command takes, and those of the processor; and its exit code."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with open(out, "wb") as file:
        code = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT).returncode
    took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, code


def found_by_irc(command, files):
    """The files in which irc finds something. Anything but one misspelt key in each is a fault of this script or of irc."""
    told = subprocess.run([*command, "--format", "json", *files], capture_output=True, text=True)
    findings = json.loads(told.stdout)["diagnostics"]
    others = [finding for finding in findings if finding["name"] != "unknown-field"]
    if told.returncode != 1 or told.stderr or others:
        sys.exit(f"irc: exit code {told.returncode}, {told.stderr}{others[:3]}")
    where = [finding["file"] for finding in findings]
    if len(set(where)) != len(where):
        sys.exit("irc finds more than one fault in a file")
    return set(where)


def found_by_jsonschema(command, files):
    """The files that do not keep the schema, as jsonschema-cli tells them: one line a file, and more for what is wrong."""
    told = subprocess.run([*command, *files], capture_output=True, text=True)
    if told.returncode != 1 or told.stderr:
        sys.exit(f"jsonschema-cli: exit code {told.returncode}, {told.stderr}")
    verdicts = dict(re.findall(r"^(\S+) - (VALID|INVALID)", told.stdout, re.M))
    if len(verdicts) != len(files):
        sys.exit(f"jsonschema-cli tells of {len(verdicts)} files")
    return {file for file, verdict in verdicts.items() if verdict == "INVALID"}


def build():
    if subprocess.run(["release/build.sh", "--binary"], cwd=ROOT).returncode != 0:
        sys.exit("there is no binary to measure: build it, or name one with --irc")
    return os.path.join(ROOT, "target", "x86_64-unknown-linux-musl", "dist", "irc")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=15)
    arguments.add_argument("--files", type=int, default=1000)
    arguments.add_argument("--irc", help="the binary to measure")
    arguments.add_argument("--jsonschema", help="jsonschema-cli, where it is not in PATH")
    arguments.add_argument("--keep", help="make the definitions in this folder and leave them there")
    given = arguments.parse_args()
    jsonschema = given.jsonschema or shutil.which("jsonschema-cli")
    if not jsonschema:
        sys.exit("there is no jsonschema-cli: cargo install jsonschema-cli, or name it with --jsonschema")
    irc = given.irc or build()
    for program in (irc, jsonschema):
        if not os.access(program, os.X_OK):
            sys.exit(f"{program} is no program")
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or temporary
        files, wrong = make(folder, given.files)
        check = [irc, "check", "--no-config", "--as-of", AS_OF]
        validate = [jsonschema, "validate", "--errors-only", SCHEMA, "-i"]
        for form in files:
            if found_by_irc(check, files[form]) != wrong[form]:
                sys.exit(f"irc finds something else than what is wrong in the files as {form}")
            if found_by_jsonschema([argument for argument in validate if argument != "--errors-only"], files[form]) != wrong[form]:
                sys.exit(f"jsonschema-cli finds something else than what is wrong in the files as {form}")
        version = subprocess.run([jsonschema, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        print(f"irc and {version} find the {len(wrong['yaml'])} and nothing else")
        commands = {
            "irc check": [*check, "--format", "short", *files["yaml"]],
            "jsonschema-cli": [*validate, *files["yaml"]],
            "irc check, one thread": [*check, "--format", "short", *files["yaml"]],
            "jsonschema-cli, JSON": [*validate, *files["json"]],
        }
        taken = {what: [] for what in commands}
        for turn in range(given.runs):
            # The two that are compared run one right after the other, now this one first and now that.
            for what, command in list(commands.items())[:: -1 if turn % 2 else 1]:
                os.environ.pop("RAYON_NUM_THREADS", None)
                if what.endswith("one thread"):
                    os.environ["RAYON_NUM_THREADS"] = "1"
                taken[what].append(run(command, os.devnull)[:2])
        wall = {what: statistics.median(t for t, _ in runs) for what, runs in taken.items()}
        cpu = {what: statistics.median(c for _, c in runs) for what, runs in taken.items()}
        print(f"\nmedians of {given.runs} runs on {os.cpu_count()} processors")
        for what in commands:
            print(f"  {what:22} {wall[what] * 1000:7.1f} ms; processor {cpu[what] * 1000:7.1f} ms")
        each = statistics.median(a / b for (a, _), (b, _) in zip(taken["irc check"], taken["jsonschema-cli"]))
        print(f"\nirc check over jsonschema-cli, the same files, run by run: {each:.2f} (of the medians: {wall['irc check'] / wall['jsonschema-cli']:.2f}; processor time: {cpu['irc check'] / cpu['jsonschema-cli']:.2f})")


if __name__ == "__main__":
    main()
