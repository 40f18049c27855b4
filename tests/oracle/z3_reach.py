"""Asks Z3 what `irc check` claims about all requests: `z3_reach.py IRC [COUNT] [SEED]`.

Needs `pip install z3-solver`. Generates COUNT routers with an invariant each, lets IRC (the path of the program) check them
all in one run, and puts the same questions to Z3 with a second for each: is there a request that takes this route, one that
is left to the default route, one that breaks the invariant? Prints, and ends with 1 if there was any of the first:

* unsound claims: `irc` says never where Z3 has a request, or shows a request where Z3 says that there is none;
* unknown: questions that Z3 decided and `irc` left open, and their share.

The encoding is independent of ours: a key is a constant of Z3's own theories (strings, integers, reals) and a bool that says
whether it is there; a condition is the pair of formulas "is true" and "is false", as CEL's operators have it.
"""
import collections
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import z3

WORDS = ["a", "ab", "abc", "b", "eu", "eu-1", "pro", "free", "ent-", "ent-eu-", "x"]
PARTS = ["a", "ab", "b", "e", "eu", "ent-", "ent-eu-", "pro", "-", "x", "é"]
NUMBERS = ["0", "1", "2", "3", "4", "10", "-1"]
FRACTIONS = ["0.5", "1.5", "2.0", "3.25"]
COMPARE = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}
CHARACTERS = z3.ReSort(z3.StringSort())
ANY = z3.Full(CHARACTERS)
CHARACTER = z3.AllChar(CHARACTERS)
DOT = z3.Intersect(CHARACTER, z3.Complement(z3.Re("\n")))


def text(value):
    """A text for Z3, which reads escapes in what it is given."""
    return z3.StringVal("".join(c if c.isascii() else f"\\u{{{ord(c):x}}}" for c in value))


def both(left, right):
    return z3.And(left, right)


class Key:
    """A key of the metadata, or a field of one: its name, its type, what is promised, and Z3's constants for it."""

    def __init__(self, rng, name, kind, declared, inside=None):
        self.name, self.kind, self.required = name, kind, declared and rng.random() < 0.4
        sort = {"string": z3.StringSort(), "int": z3.IntSort(), "number": z3.RealSort(), "bool": z3.BoolSort()}[kind]
        self.value = z3.Const(name, sort)
        self.there = z3.Bool(f"{name} is there")
        self.words = WORDS
        self.promises, declaration = [], [f"type: {kind}"]
        self.promises.append(z3.Implies(self.there, inside.there) if inside else z3.BoolVal(True))
        if self.required:
            declaration.append("required: true")
            self.promises.append(z3.Implies(inside.there, self.there) if inside else self.there)
        if declared and kind == "string" and rng.random() < 0.4:
            self.words = values = rng.sample(WORDS, rng.randint(1, 4))
            declaration.append(f"enum: [{', '.join(values)}]")
            self.promises.append(z3.Or([self.value == text(v) for v in values]))
        if declared and kind in ("int", "number") and rng.random() < 0.4:
            low, high = rng.randint(-1, 2), rng.randint(3, 10)
            declaration.append(f"min: {low}, max: {high}")
            self.promises.append(both(self.value >= low, self.value <= high))
        self.declaration = f"{{{', '.join(declaration)}}}"


class Account:
    """A record."""

    def __init__(self, rng):
        self.required = rng.random() < 0.4
        self.there = z3.Bool("account is there")
        self.fields = [Key(rng, "account.plan", "string", True, self), Key(rng, "account.seats", "int", True, self)]
        self.promises = [p for field in self.fields for p in field.promises] + ([self.there] if self.required else [])
        fields = ", ".join(f"{f.name[8:]}: {f.declaration}" for f in self.fields)
        self.declaration = f"{{type: map, required: {str(self.required).lower()}, fields: {{{fields}}}}}"


class Tags:
    """A list of texts: of no account but which of a few it holds, and how long it is."""

    def __init__(self, rng):
        self.required = rng.random() < 0.4
        self.there, self.size = z3.Bool("tags is there"), z3.Int("size of tags")
        self.holds = {word: z3.Bool(f"{word} in tags") for word in WORDS[:4]}
        count = z3.Sum([z3.If(held, 1, 0) for held in self.holds.values()])
        self.promises = [self.size >= count] + ([self.there] if self.required else [])
        self.declaration = f"{{type: list, items: string, required: {str(self.required).lower()}}}"


class Router:
    """A generated router. A condition is (its text, where it is true, where it is false)."""

    def __init__(self, rng, number):
        self.rng, self.number = rng, number
        self.declared = rng.random() < 0.8
        kinds = {"tier": "string", "user": "string", "score": "number", "beta": "bool"}
        if self.declared:
            kinds |= {"n": "int", "m": "int", "region": "string", "rate": "number"}
        self.keys = {name: Key(rng, name, kind, self.declared) for name, kind in kinds.items()}
        self.account = Account(rng) if self.declared else None
        self.tags = Tags(rng) if self.declared else None
        self.routes = [self.condition(rng.choice((0, 1, 1, 2, 2, 3))) for _ in range(rng.randint(2, 7))]
        self.scope = self.condition(1)
        self.unless = rng.random() < 0.5
        self.forbidden = rng.randrange(len(self.routes))

    def promises(self):
        parts = [*self.keys.values(), *filter(None, (self.account, self.tags))]
        return [promise for part in parts for promise in part.promises]

    def yaml(self):
        lines = [f"name: r{self.number}"]
        if self.declared:
            lines.append("metadata:")
            parts = [*self.keys.items(), ("account", self.account), ("tags", self.tags)]
            lines += [f"  {name}: {part.declaration}" for name, part in parts]
        lines.append("routes:")
        for i, (when, _, _) in enumerate(self.routes):
            lines += [f"  - id: r{i}", f"    when: {json.dumps(when, ensure_ascii=False)}", "    model: openai/gpt-5.2"]
        lines += ["default:", "  model: openai/gpt-4o-mini", "invariants:",
                  f"  - {'unless' if self.unless else 'when'}: {json.dumps(self.scope[0], ensure_ascii=False)}",
                  f"    never: {{route: r{self.forbidden}}}"]
        return "\n".join(lines) + "\n"

    def questions(self):
        """What is asked, each with the formula that a request would have to fulfil."""
        passed = []
        for i, (_, true, _) in enumerate(self.routes):
            yield f"r{i}", [*passed, true]
            if i == self.forbidden:
                scope = z3.Not(self.scope[1]) if self.unless else self.scope[1]
                yield "invariant", [*passed, true, scope]
            passed.append(z3.Not(true))
        yield "default", passed

    def condition(self, depth):
        if depth == 0 or self.rng.random() < 0.15:
            return self.atom()
        way = self.rng.randrange(10)
        if way < 4:
            return self.logical("&&", [self.condition(depth - 1) for _ in range(self.rng.randint(2, 3))])
        if way < 7:
            return self.logical("||", [self.condition(depth - 1) for _ in range(self.rng.randint(2, 3))])
        if way < 9:
            cel, true, false = self.condition(depth - 1)
            return f"!({cel})", false, true
        (a, at, af), (b, bt, bf), (c, ct, cf) = (self.condition(depth - 1) for _ in range(3))
        return f"({a} ? {b} : {c})", z3.Or(both(at, bt), both(af, ct)), z3.Or(both(at, bf), both(af, cf))

    def logical(self, sign, parts):
        cel = f" {sign} ".join(f"({cel})" for cel, _, _ in parts)
        trues, falses = [true for _, true, _ in parts], [false for _, _, false in parts]
        return (cel, z3.And(trues), z3.Or(falses)) if sign == "&&" else (cel, z3.Or(trues), z3.And(falses))

    def atom(self):
        rng = self.rng
        keys = list(self.keys.values())
        if self.declared:
            way = rng.random()
            if way < 0.1:
                return self.of_account()
            if way < 0.2:
                return self.of_tags()
            if way < 0.25:
                return self.of_two()
        return self.of_key(rng.choice(keys))

    def of_account(self):
        account, way = self.account, self.rng.randrange(3)
        if way == 0:
            field = self.rng.choice(account.fields)
            return f"has({field.name})", both(account.there, field.there), both(account.there, z3.Not(field.there))
        return self.of_key(account.fields[way - 1])

    def of_tags(self):
        tags = self.tags
        if self.rng.random() < 0.6:
            word = self.rng.choice(list(tags.holds))
            return self.when_there(tags.there, f'"{word}" in tags', tags.holds[word])
        sign, bound = self.rng.choice(list(COMPARE)), self.rng.randint(0, 4)
        return self.when_there(tags.there, f"size(tags) {sign} {bound}", COMPARE[sign](tags.size, bound))

    def of_two(self):
        """Two keys compared: what few routers do."""
        kind = self.rng.choice(("string", "number"))
        fits = [k for k in self.keys.values() if (k.kind == "string") == (kind == "string") and k.kind != "bool"]
        left, right = self.rng.sample(fits, 2)
        sign = self.rng.choice(("==", "!=") if kind == "string" else tuple(COMPARE))
        there = both(left.there, right.there)
        return self.when_there(there, f"{left.name} {sign} {right.name}", COMPARE[sign](left.value, right.value))

    def of_key(self, key):
        rng, name, value = self.rng, key.name, key.value
        if key.kind == "bool":
            cel, fact = rng.choice(((name, value), (f"!{name}", z3.Not(value)), (f"{name} == true", value)))
            return self.when_there(key.there, cel, fact)
        if key.kind in ("int", "number"):
            if rng.random() < 0.15:
                some = rng.sample(NUMBERS, 3)
                fact = z3.Or([value == int(n) for n in some])
                return self.when_there(key.there, f"{name} in [{', '.join(some)}]", fact)
            sign = rng.choice(list(COMPARE))
            bound = rng.choice(NUMBERS if rng.random() < 0.7 else FRACTIONS)
            exact = z3.RealVal(bound) if "." in bound else int(bound)
            return self.when_there(key.there, f"{name} {sign} {bound}", COMPARE[sign](value, exact))
        way = rng.randrange(12)
        if way < 4:
            sign, word = rng.choice(("==", "==", "!=")), rng.choice(key.words)
            return self.when_there(key.there, f'{name} {sign} "{word}"', COMPARE[sign](value, text(word)))
        if way < 6:
            some = rng.sample(key.words, rng.randint(1, len(key.words)))
            fact = z3.Or([value == text(word) for word in some])
            return self.when_there(key.there, f"{name} in {json.dumps(some)}", fact)
        part = rng.choice(PARTS)
        if way == 6:
            return self.when_there(key.there, f'{name}.startsWith("{part}")', z3.PrefixOf(text(part), value))
        if way == 7:
            return self.when_there(key.there, f'{name}.endsWith("{part}")', z3.SuffixOf(text(part), value))
        if way == 8:
            return self.when_there(key.there, f'{name}.contains("{part}")', z3.Contains(value, text(part)))
        if way == 9 and self.declared:
            sign, bound = rng.choice(list(COMPARE)), rng.randint(0, 5)
            return self.when_there(key.there, f"size({name}) {sign} {bound}", COMPARE[sign](z3.Length(value), bound))
        cel, pattern = self.pattern()
        return self.when_there(key.there, f'{name}.matches("{cel}")', z3.InRe(value, pattern))

    def pattern(self):
        """A pattern, searched for as RE2 does: anywhere in the text unless it is anchored."""
        pieces = [self.piece() for _ in range(self.rng.randint(1, 3))]
        cel = "".join(cel for cel, _ in pieces)
        whole = z3.Concat(*[p for _, p in pieces]) if len(pieces) > 1 else pieces[0][1]
        start, end = self.rng.random() < 0.5, self.rng.random() < 0.5
        parts = ([] if start else [ANY]) + [whole] + ([] if end else [ANY])
        return f"{'^' * start}{cel}{'$' * end}", z3.Concat(*parts) if len(parts) > 1 else whole

    def piece(self):
        rng, way = self.rng, self.rng.randrange(8)
        if way < 3:
            part = rng.choice([p for p in PARTS])
            return part, z3.Re(text(part))
        if way == 3:
            return ".*", z3.Star(DOT)
        if way == 4:
            return "[a-e]+", z3.Plus(z3.Range("a", "e"))
        if way == 5:
            least, most = rng.randint(0, 2), rng.randint(2, 3)
            return f"[0-9]{{{least},{most}}}", z3.Loop(z3.Range("0", "9"), least, most)
        if way == 6:
            left, right = rng.sample(PARTS, 2)
            return f"(?:{left}|{right})", z3.Union(z3.Re(text(left)), z3.Re(text(right)))
        part = rng.choice(("a", "b", "x"))
        return f"{part}?", z3.Option(z3.Re(part))

    @staticmethod
    def when_there(there, cel, fact):
        return cel, both(there, fact), both(there, z3.Not(fact))


class Said:
    """What `irc check` said about one router."""

    def __init__(self):
        self.never, self.open, self.shown, self.other = set(), set(), set(), []

    def add(self, finding):
        name, route = finding["name"], finding["subject"]["route"]
        if name in ("unreachable-route", "condition-always-false"):
            self.never.add(route)
        elif name == "default-unreachable":
            self.never.add("default")
        elif name == "condition-always-true":
            self.never.add("default")
        elif name == "reachability-unknown":
            self.open.add(route)
        elif name == "invariant-violated":
            self.shown.add("invariant")
        elif name == "invariant-unknown":
            self.open.add("invariant")
        elif finding["severity"] == "error":
            self.other.append(finding)

    def of(self, question):
        if question in self.open:
            return "unknown"
        if question == "invariant":
            return "some" if question in self.shown else "never"
        return "never" if question in self.never else "some"


def checked(irc, routers):
    """What is said of each router, by number, and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "irc.toml")
        config.write_text('[lint]\nreachability-unknown = "info"\n')
        for router in routers:
            Path(folder, f"r{router.number}.router.yaml").write_text(router.yaml())
        start = time.monotonic()
        arguments = [irc, "check", "--config", str(config), "--format", "json", folder]
        run = subprocess.run(arguments, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - start
    if run.returncode not in (0, 1):
        sys.exit(run.stderr)
    said = collections.defaultdict(Said)
    for finding in json.loads(run.stdout)["diagnostics"]:
        said[int(finding["subject"]["router"][1:])].add(finding)
    return said, seconds


def main(irc, count, seed):
    routers = [Router(random.Random(f"{seed} {number}"), number) for number in range(count)]
    said, seconds = checked(irc, routers)
    tally, unsound, left_open, broken, z3_seconds = collections.Counter(), [], [], 0, 0.0
    for router in routers:
        answer = said[router.number]
        if answer.other:
            # The generator wrote something that is not well typed: nothing is claimed of it.
            broken += 1
            print(f"not analysed: {answer.other[0]['message']}\n{router.yaml()}")
            continue
        solver = z3.Solver()
        solver.set("timeout", 1000)
        solver.add(router.promises())
        dead_default = None
        for question, formula in router.questions():
            start = time.monotonic()
            solver.push()
            solver.add(formula)
            verdict = {"sat": "some", "unsat": "never"}.get(str(solver.check()), "unknown")
            model = solver.model() if verdict == "some" else None
            solver.pop()
            z3_seconds += time.monotonic() - start
            ours = answer.of(question)
            if question == "default" and verdict == "never" and ours == "some":
                # Told as one fault with the route that takes all that is left, or with one that is written `true`.
                ours = "never" if dead_default else ours
            dead_default = dead_default or ours == "never"
            tally[ours, verdict] += 1
            if verdict == "unknown" or ours == verdict:
                continue
            case = f"{question}: irc says {ours}, Z3 {verdict} {model or ''}\n{router.yaml()}"
            (left_open if ours == "unknown" else unsound).append(case)
    for case in unsound:
        print(f"UNSOUND {case}")
    for case in left_open[:10]:
        print(f"left open {case}")
    decided = sum(n for (_, verdict), n in tally.items() if verdict != "unknown")
    print(f"{count} routers ({broken} not analysed), {sum(tally.values())} questions; irc {seconds:.2f} s, Z3 {z3_seconds:.1f} s")
    for (ours, verdict), n in sorted(tally.items()):
        print(f"  irc {ours:8} Z3 {verdict:8} {n:6}")
    print(f"unsound: {len(unsound)}; unknown where Z3 decides: {len(left_open)} of {decided}, "
          f"{100 * len(left_open) / max(decided, 1):.2f}%")
    return 1 if unsound or broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int((sys.argv[2:] or ["2000"])[0]), int((sys.argv[3:] or ["1"])[0])))
