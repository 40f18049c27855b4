#!/usr/bin/env python3
"""Asks Google's CEL in C++ about generated expressions and holds `irc` to its answers.

    pip install cel-expr-python
    cargo build && tests/oracle/cel_differences.py [--count N] [--seed S] [--irc PATH] [--keep FOLDER]

What the other one answers is written down as tables of test cases, which `irc cel conformance` runs: whether a text
parses and to which tree, whether the checker takes an expression and which type it deduces, which value or error comes out of it, and
which texts a pattern matches. A difference that is meant stands in `cel_differences.toml` with its reason; any other
is printed, and the exit code is 1. Without the package it says that it was skipped.
"""
import argparse
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter

sys.dont_write_bytecode = True

from cel_generator import ENVIRONMENT, Generator, patterns, soup
from cel_tree import Unprintable, tree

try:
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_bindings, ext_encoders, ext_math, ext_optional, ext_strings
except ImportError:
    print("skipped: cel-expr-python is not installed")
    sys.exit(0)

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Cases of one run of `irc`.
BATCH = 20_000


class Unclear(Exception):
    """The package cannot tell what a value is."""


def cel_type(text):
    """A type of the package for one as the tables write it."""
    name, _, rest = text.partition("(")
    parts = [part.strip() for part in rest[:-1].split(",")] if rest else []
    if name == "list":
        return cel.Type.List(cel_type(parts[0]))
    if name == "map":
        return cel.Type.Map(cel_type(parts[0]), cel_type(parts[1]))
    return getattr(cel.Type, name.upper())


def type_text(ty):
    """A type as the tables write it for one of the package: `MAP<STRING, INT>`."""
    names = {"NULL": "null_type", "TIMESTAMP": "timestamp", "DURATION": "duration"}
    word = lambda match: names.get(match[0], match[0] if match[0].islower() else match[0].lower())
    return re.sub(r"\w+", word, str(ty)).replace("<", "(").replace(">", ")")


def type_name(ty):
    """What a type value is called."""
    name = type_text(ty).partition("(")[0]
    return {"timestamp": "google.protobuf.Timestamp", "duration": "google.protobuf.Duration"}.get(name, name)


class Oracle:
    def __init__(self):
        extensions = [ext_math.ExtMath(), ext_strings.ExtStrings(), ext_optional.ExtOptional(),
                      ext_bindings.ExtBindings(), ext_encoders.ExtEncoders()]
        variables = {name: cel_type(ty) for name, (ty, _) in ENVIRONMENT.items()}
        self.env = cel.NewEnv(extensions=extensions, variables=variables)
        self.data = {}
        for name, (_, text) in ENVIRONMENT.items():
            self.data[name] = self.env.compile(text).eval(data={}).plain_value()
        self.tagged = {}
        for name, (ty, text) in ENVIRONMENT.items():
            self.tagged[name] = self.value(text, self.env.compile(text).eval(data={}))

    def compile(self, text, checked=True):
        try:
            return self.env.compile(text, disable_check=not checked)
        except RuntimeError as error:
            if "INVALID_ARGUMENT" in str(error):
                return None
            raise

    def run(self, program):
        return program.eval(data=self.data)

    def value(self, text, value):
        """The value that the expression `text` has, with the tags of the tables."""
        kind = str(value.type())
        if kind in ("DURATION", "TIMESTAMP"):
            # Python's own types have no nanoseconds.
            [item] = self.run(self.env.compile(f"[{text}]", disable_check=True)).value()
            return exact_time(kind, item)
        if kind.startswith("MAP") and not all(isinstance(key, str) for key in value.value()):
            pairs = f"({text}).map(key, [key, ({text})[key]])"
            items = self.run(self.env.compile(pairs, disable_check=True)).value()
            return {"t": "map", "v": [[tagged(part) for part in item.value()] for item in items]}
        return tagged(value)


def exact_time(kind, item):
    text = repr(item)
    if kind == "TIMESTAMP":
        base, fraction = text.rstrip("Z"), ""
        if "." in base:
            base, _, fraction = base.partition(".")
        whole = item.value().replace(microsecond=0).timestamp()
        return {"t": "timestamp", "seconds": str(int(whole)), "nanos": int(fraction.ljust(9, "0")[:9] or 0)}
    units = {"h": 3600 * 10**9, "m": 60 * 10**9, "s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
    total = 0
    for number, unit in re.findall(r"([\d.]+)(ms|us|ns|h|m|s)", text):
        whole, _, fraction = number.partition(".")
        total += int(whole) * units[unit] + int(fraction.ljust(9, "0")[:9] or 0) * units[unit] // 10**9
    seconds, nanos = divmod(total, 10**9)
    sign = -1 if text.startswith("-") else 1
    return {"t": "duration", "seconds": str(sign * seconds), "nanos": sign * nanos}


def tagged(value):
    kind = str(value.type())
    # The package loses a reference to `None` each time that it hands it out.
    if kind == "NULL":
        return {"t": "null"}
    try:
        plain = value.value()
    except (TypeError, SystemError) as error:
        raise Unclear(kind) from error
    if kind in ("BOOL", "STRING"):
        return {"t": kind.lower(), "v": plain}
    if kind in ("INT", "UINT"):
        return {"t": kind.lower(), "v": str(int(plain))}
    if kind == "DOUBLE":
        text = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(plain), repr(plain))
        return {"t": "double", "v": text}
    if kind == "BYTES":
        return {"t": "bytes", "v": bytes(plain).hex()}
    if kind in ("DURATION", "TIMESTAMP"):
        return exact_time(kind, value)
    if kind == "TYPE":
        return {"t": "type", "v": type_name(plain)}
    if kind.startswith("LIST"):
        return {"t": "list", "v": [tagged(item) for item in plain]}
    if kind.startswith("MAP") and all(isinstance(key, str) for key in plain):
        return {"t": "map", "v": [[{"t": "string", "v": key}, tagged(item)] for key, item in plain.items()]}
    raise Unclear(kind)


def expectation(program, text, oracle):
    try:
        value = oracle.run(program)
    except RuntimeError:
        return {"kind": "error"}
    if str(value.type()) in ("ERROR", "UNKNOWN"):
        return {"kind": "error"}
    try:
        return {"kind": "value", "value": oracle.value(text, value)}
    except Unclear:
        return {"kind": "type_only"}


def value_cases(oracle, text, used):
    """Cases for an expression: as it is checked, and as it is evaluated without that."""
    names = [name for name in ENVIRONMENT if re.search(rf"\b{name}\b", text)]
    case = {
        "file": "oracle", "section": "checked", "name": str(used), "expr": text,
        "type_env": [{"kind": "var", "name": name, "type": ENVIRONMENT[name][0]} for name in names],
        "bindings": {name: oracle.tagged[name] for name in names},
    }
    program = oracle.compile(text)
    if program is None:
        # No expression has this type, so that one that is not refused fails.
        yield case | {"check_only": True, "deduced_type": "(refused)", "expect": {"kind": "error"}}
        program = oracle.compile(text, checked=False)
        if program is None:
            return
    else:
        try:
            case_type = {"deduced_type": type_text(program.return_type())}
        except RuntimeError:
            # Of maps with keys that no map can have.
            case_type = {}
        yield case | case_type | {"expect": expectation(program, text, oracle)}
        program = oracle.compile(text, checked=False)
    expect = expectation(program, text, oracle)
    yield case | {"section": "unchecked", "disable_check": True, "expect": expect}


def parser_case(oracle, used, text):
    # The table has the standard macros only.
    macros = re.search(r"cel\.bind|\.opt(Flat)?Map|math\.(greatest|least)|`", text)
    options = [{"call": "EnableOptionalSyntax", "args": [True]}, {"call": "EnableIdentEscapeSyntax", "args": [True]},
               {"call": "MaxRecursionDepth", "args": [250]}]
    program, expected, error = oracle.compile(text, checked=False), "", None
    if program is None:
        error = "ERROR: <input>:1:1: refused"
    elif not macros:
        try:
            expected = tree(program.serialize())
        except (Unprintable, UnicodeDecodeError):
            pass
    return {"n": used, "expr": text, "ast": expected, "err": error, "opts": json.dumps({"items": options})}


def pattern_case(oracle, used, pattern, text):
    literal = lambda text: json.dumps(text, ensure_ascii=False)
    text = f"{literal(text)}.matches({literal(pattern)})"
    return {"file": "oracle", "section": "pattern", "name": str(used), "expr": text,
            "expect": expectation(oracle.compile(text), text, oracle)}


class Difference:
    """A case that `irc` answers in another way: where it stands, its expression, and what came of it."""

    def __init__(self, line, cases):
        label, _, rest = line.partition(": ")
        self.line = line
        self.section = label.rpartition("/")[0]
        number = label.rpartition("/")[2]
        found = (case["expr"] for case in cases if str(case.get("name", case.get("n"))) == number)
        self.expression = next(found, "")
        # Control characters are printed in another way.
        self.outcome = rest.removeprefix(self.expression)

    def is_explained_by(self, explanation):
        fits = lambda key, text: re.search(explanation.get(key, ""), text, re.DOTALL)
        if explanation.get("reordered"):
            ours, _, theirs = self.outcome.removeprefix(" is ").rpartition(", not ")
            if sorted(ours) != sorted(theirs):
                return False
        return fits("expression", self.expression) and fits("outcome", self.outcome) and fits("section", self.section)


def failures(irc, cases, folder, name):
    """The cases that `irc` answers in another way."""
    for start in range(0, len(cases), BATCH):
        path = folder / f"{name}-{start}.json"
        path.write_text(json.dumps(cases[start:start + BATCH]))
        done = subprocess.run([irc, "cel", "conformance", path], capture_output=True, text=True, check=False)
        lines = done.stdout.splitlines()
        if done.returncode not in (0, 1) or not lines or not lines[-1].startswith("passed "):
            sys.exit(f"irc failed: {done.stdout}\n{done.stderr}")
        yield from (Difference(line, cases[start:start + BATCH]) for line in lines[:-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000, help="expressions to try")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--irc", default=ROOT / "target/debug/irc")
    parser.add_argument("--keep", type=pathlib.Path, help="where to leave the tables")
    parser.add_argument("--all", action="store_true", help="print the explained differences too")
    parser.add_argument("--only", choices=["values", "parser", "patterns"])
    options = parser.parse_args()
    explained = tomllib.loads((HERE / "cel_differences.toml").read_text())["difference"]
    rng = random.Random(options.seed)
    oracle = Oracle()
    tables = {"values": [], "parser": [], "patterns": []}
    generator = Generator(rng)
    seen = set()
    for used in range(options.count):
        if options.only in (None, "values"):
            text = generator.expression()
            # A text that is no UTF-8, which `%s` makes of bytes, crashes the package.
            if text not in seen and not ("%s" in text and re.search(r"\\xff|\\377|vy", text)):
                seen.add(text)
                tables["values"].extend(value_cases(oracle, text, used))
        if options.only in (None, "parser"):
            text = soup(rng, generator) if used % 2 else generator.expression()
            tables["parser"].append(parser_case(oracle, used, text))
        if options.only in (None, "patterns"):
            tables["patterns"].append(pattern_case(oracle, used, *patterns(rng)))
    reasons, unexplained = Counter(), []
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or pathlib.Path(scratch)
        for name, cases in tables.items():
            for difference in failures(options.irc, cases, folder, name):
                why = next((e["why"] for e in explained if difference.is_explained_by(e)), None)
                if why is None:
                    unexplained.append(difference.line)
                else:
                    reasons[why] += 1
                    if options.all:
                        print(f"{why}\n  {difference.line}")
    for why, count in reasons.most_common():
        print(f"{count} differences: {why}")
    for line in unexplained:
        print(line)
    sizes = ", ".join(f"{len(cases)} {name}" for name, cases in tables.items() if cases)
    print(f"{sizes}: {sum(reasons.values())} explained and {len(unexplained)} unexplained differences")
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()
