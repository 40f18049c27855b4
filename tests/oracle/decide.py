"""A second opinion on decisions: a naive program that shares nothing with the Rust code but the documentation.

    python3 decide.py ROUTER.json COUNT SEED > table.jsonl

ROUTER.json is what `irc build` prints. It makes COUNT random requests about the things that the router's conditions look
at, in every shape in which requests come, decides each, and writes one line for each:

    {"request": …, "route": …, "variant": …, "model": …, "plan": […], "errors": […]}

`model` is null where an order rests on figures that nobody gave; then `plan` is null too. `errors` are the places of the
conditions that had no value. Only the standard library is used, and only as much of CEL is known as the examples need;
anything else is an error of this program, not a guess.
"""

import json
import random
import re
import sys

# ---------------------------------------------------------------------------------------------------------------- CEL

TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+\.\d+|\d+)
    | (?P<string>r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*')
    | (?P<name>[A-Za-z_]\w*)
    | (?P<op>&&|\|\||==|!=|<=|>=|[-!<>()\[\],.])
    )""",
    re.X,
)


class NoValue(Exception):
    """A CEL error."""


def tokens(text):
    out, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if not match:
            raise SystemExit(f"this program does not know {text[at:]!r}")
        out.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return out + [("end", "")]


class Parser:
    def __init__(self, text):
        self.tokens, self.at = tokens(text), 0

    def peek(self):
        return self.tokens[self.at]

    def take(self, wanted=None):
        kind, text = self.tokens[self.at]
        if wanted is not None and text != wanted:
            raise SystemExit(f"this program expected {wanted!r} and found {text!r}")
        self.at += 1
        return kind, text

    def whole(self):
        tree = self.either()
        if self.peek()[0] != "end":
            raise SystemExit(f"this program does not know what follows: {self.peek()[1]!r}")
        return tree

    def chain(self, operators, below):
        tree = below()
        while self.peek()[1] in operators and self.peek()[0] in ("op", "name"):
            operator = self.take()[1]
            tree = (operator, tree, below())
        return tree

    def either(self):
        return self.chain({"||"}, self.both)

    def both(self):
        return self.chain({"&&"}, self.relation)

    def relation(self):
        return self.chain({"==", "!=", "<", "<=", ">", ">=", "in"}, self.unary)

    def unary(self):
        if self.peek() == ("op", "!"):
            self.take()
            return ("not", self.unary())
        return self.member()

    def member(self):
        tree = self.primary()
        while self.peek()[1] == ".":
            self.take()
            name = self.take()[1]
            if self.peek()[1] == "(":
                tree = ("call", name, tree, self.arguments())
            else:
                tree = ("select", tree, name)
        return tree

    def arguments(self, close=")"):
        self.take()
        out = []
        while self.peek()[1] != close:
            out.append(self.either())
            if self.peek()[1] == ",":
                self.take()
        self.take(close)
        return out

    def primary(self):
        kind, text = self.peek()
        if text == "[":
            return ("list", self.arguments("]"))
        self.take()
        if kind == "number":
            return ("value", float(text) if "." in text else int(text))
        if kind == "string":
            raw = text[0] == "r"
            body = text[2:-1] if raw else text[1:-1]
            if not raw:
                body = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), body)
            return ("value", body)
        if text == "(":
            tree = self.either()
            self.take(")")
            return tree
        if text in ("true", "false"):
            return ("value", text == "true")
        if kind == "name":
            return ("name", text)
        raise SystemExit(f"this program does not know {text!r}")


def kind(value):
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    return type(value).__name__


def equal(a, b):
    if kind(a) != kind(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b))
    return a == b


def evaluate(tree, names):
    what = tree[0]
    if what == "value":
        return tree[1]
    if what == "name":
        if tree[1] not in names:
            raise NoValue(tree[1])
        return names[tree[1]]
    if what == "list":
        return [evaluate(item, names) for item in tree[1]]
    if what == "select":
        value = evaluate(tree[1], names)
        if not isinstance(value, dict) or tree[2] not in value:
            raise NoValue(tree[2])
        return value[tree[2]]
    if what == "not":
        return not boolean(evaluate(tree[1], names))
    if what in ("&&", "||"):
        # The value that decides wins over an error on the other side.
        decides, error = what == "||", None
        for side in tree[1:]:
            try:
                if boolean(evaluate(side, names)) == decides:
                    return decides
            except NoValue as fault:
                error = fault
        if error:
            raise error
        return not decides
    if what in ("==", "!="):
        same = equal(evaluate(tree[1], names), evaluate(tree[2], names))
        return same == (what == "==")
    if what == "in":
        item, items = evaluate(tree[1], names), evaluate(tree[2], names)
        if not isinstance(items, list):
            raise NoValue("in")
        return any(equal(item, other) for other in items)
    if what in ("<", "<=", ">", ">="):
        a, b = evaluate(tree[1], names), evaluate(tree[2], names)
        if kind(a) != kind(b) or kind(a) not in ("number", "str", "bool"):
            raise NoValue(what)
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[what]
    if what == "call":
        return call(tree[1], evaluate(tree[2], names), tree[3], names)
    raise SystemExit(f"this program does not know {what!r}")


def call(name, target, args, names):
    if name == "exists":
        variable, body = args[0][1], args[1]
        if not isinstance(target, list):
            raise NoValue(name)
        error = None
        for item in target:
            try:
                if boolean(evaluate(body, {**names, variable: item})):
                    return True
            except NoValue as fault:
                error = fault
        if error:
            raise error
        return False
    values = [evaluate(arg, names) for arg in args]
    if name == "size" and isinstance(target, (str, list, dict)):
        return len(target)
    if name in ("first", "last", "has") and isinstance(target, list):
        if name == "has":
            return bool(target)
        if not target:
            raise NoValue(name)
        return target[0 if name == "first" else -1]
    if isinstance(target, str) and len(values) == 1 and isinstance(values[0], str):
        if name == "startsWith":
            return target.startswith(values[0])
        if name == "endsWith":
            return target.endswith(values[0])
        if name == "contains":
            return values[0] in target
        if name == "matches":
            return re.search(values[0], target, re.ASCII) is not None
    elif name in ("startsWith", "endsWith", "contains", "matches", "size"):
        raise NoValue(name)
    raise SystemExit(f"this program does not know the function {name!r}")


def boolean(value):
    if not isinstance(value, bool):
        raise NoValue("bool")
    return value


# ------------------------------------------------------------------------------------------------------------- hashing

MASK = (1 << 64) - 1
P1, P2, P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P4, P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def rotate(x, n):
    return ((x << n) | (x >> (64 - n))) & MASK


def xxh64(data):
    """XXH64 with seed 0, after its specification."""

    def word(at, size):
        return int.from_bytes(data[at : at + size], "little")

    def step(lane, value):
        return rotate((lane + value * P2) & MASK, 31) * P1 & MASK

    at = 0
    if len(data) >= 32:
        lanes = [(P1 + P2) & MASK, P2, 0, -P1 & MASK]
        while len(data) - at >= 32:
            lanes = [step(lane, word(at + 8 * i, 8)) for i, lane in enumerate(lanes)]
            at += 32
        digest = sum(rotate(lane, turn) for lane, turn in zip(lanes, (1, 7, 12, 18))) & MASK
        for lane in lanes:
            digest = ((digest ^ step(0, lane)) * P1 + P4) & MASK
    else:
        digest = P5
    digest = (digest + len(data)) & MASK
    while len(data) - at >= 8:
        digest = (rotate(digest ^ step(0, word(at, 8)), 27) * P1 + P4) & MASK
        at += 8
    if len(data) - at >= 4:
        digest = (rotate(digest ^ (word(at, 4) * P1 & MASK), 23) * P2 + P3) & MASK
        at += 4
    for byte in data[at:]:
        digest = rotate(digest ^ (byte * P5 & MASK), 11) * P1 & MASK
    digest = (digest ^ (digest >> 33)) * P2 & MASK
    digest = (digest ^ (digest >> 29)) * P3 & MASK
    return digest ^ (digest >> 32)


def slot(*parts):
    return xxh64(b"\0".join(part.encode() for part in parts)) * 10_000 >> 64


# ------------------------------------------------------------------------------------------------------------ requests


def text_of(content):
    """Content as conditions see it."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    return "\n".join(part if isinstance(part, str) else part["text"] for part in content if isinstance(part, str) or "text" in part)


def seen(request):
    """What conditions see of a request, and who sends it."""
    if set(request) <= {"metadata", "messages", "user", "prompt_variables"}:
        metadata = request.get("metadata") or {}
        user = request.get("user")
    else:
        metadata = (request.get("extra_body") or {}).get("metadata") or {}
        user = request.get("user") or (request.get("metadata") or {}).get("user_id")
    messages = []
    if "system" in request:
        messages.append({"role": "system", "content": text_of(request["system"])})
    if "instructions" in request:
        messages.append({"role": "system", "content": request["instructions"]})
    items = request.get("messages", request.get("input", []))
    if isinstance(items, str):
        items = [{"role": "user", "content": items}]
    messages += [{**item, "content": text_of(item.get("content"))} for item in items]
    return {**metadata, "messages": messages}, user


def shapes(rng, metadata, messages, user, own):
    """The same request in one of the shapes in which requests come. `own`: what it says itself about models."""
    shape = rng.randrange(4)
    routing = {"metadata": metadata} if metadata or rng.random() < 0.5 else {}
    if shape == 0:
        return {**routing, "messages": messages, **({"user": user} if user else {})}
    routing = {**routing, **own}
    body = {"model": "inworld/any", **({"extra_body": routing} if routing else {})}
    if shape == 1:
        return {**body, "messages": messages, **({"user": user} if user else {})}

    def parts(message, kind):
        if rng.random() < 0.5:
            return message
        return {**message, "content": [{"type": kind, "text": message["content"]}]}

    systems = []
    while messages and messages[0]["role"] == "system" and not systems:
        systems, messages = [messages[0]["content"]], messages[1:]
    if shape == 2:
        out = {**body, "max_tokens": 100, "messages": [parts(m, "text") for m in messages]}
        if systems:
            out["system"] = systems[0] if rng.random() < 0.5 else [{"type": "text", "text": systems[0]}]
        return {**out, **({"metadata": {"user_id": user}} if user else {})}
    out = {**body, "input": [parts(m, "input_text") for m in messages]}
    if systems:
        out["instructions"] = systems[0]
    return {**out, **({"user": user} if user else {})}


def walk(tree):
    yield tree
    for part in tree:
        if isinstance(part, tuple):
            yield from walk(part)
        elif isinstance(part, list):
            for item in part:
                yield from walk(item)


def interesting(conditions):
    """The keys that conditions read, each with values worth sending, and texts worth saying."""
    keys, texts = {}, ["hi", "", "a somewhat longer text " * 30]
    for tree in conditions:
        nodes = list(walk(tree))
        literals = [node[1] for node in nodes if node[0] == "value"]
        literals += [item[1] for node in nodes if node[0] == "list" for item in node[1] if item[0] == "value"]
        bound = {node[3][0][1] for node in nodes if node[0] == "call" and node[1] == "exists"}
        for node in nodes:
            if node[0] == "name" and node[1] != "messages" and node[1] not in bound:
                values = keys.setdefault(node[1], [True, False, "other", "", 0, 1.5, None, [], -3])
                values += literals
                values += [value + 1 for value in literals if kind(value) == "number"]
                values += [value - 0.5 for value in literals if kind(value) == "number"]
                values += [value + "west" for value in literals if isinstance(value, str)]
        for value in literals:
            if isinstance(value, str):
                texts.append("say " + re.sub(r"\(\?i\)|\\b|[()]", "", value).split("|")[0].upper() + " now")
                texts.append("re" + re.sub(r"\(\?i\)|\\b|[()]", "", value).split("|")[-1] + "ing")
    return keys, texts


def own_keys(rng, ids):
    """What a request may say itself about the models that answer."""
    if rng.random() < 0.6:
        return {}
    some = lambda names: rng.sample(names, min(len(names), rng.choice([0, 1, 1, 2])))
    own = {}
    if rng.random() < 0.5:
        own["models"] = some(ids)
    if rng.random() < 0.5:
        own["ignore"] = some(ids + sorted({name.split("/")[0] for name in ids}))
    if rng.random() < 0.1:
        own["sort"] = some(["price", "latency", "coding"])
    if rng.random() < 0.1:
        own["provider"] = {"order": some(["openai", "groq"]), "allow_fallbacks": rng.random() < 0.5}
    return own


def named(router):
    """The models that a router names with their providers, and two more."""
    variants = [item["variant"] for route in all_routes(router) for item in route["variants"]]
    ids = [name for v in variants for name in [v["model_id"], *v.get("model_selection", {}).get("models", [])]]
    return sorted({name for name in ids if "/" in name} | {"mistral/mistral-large-latest", "groq/openai/gpt-oss-120b"})


def all_routes(router):
    routes = [item["route"] for item in router.get("routes", [])]
    return routes + ([router["defaultRoute"]] if "defaultRoute" in router else [])


def requests(rng, router, conditions, count):
    keys, texts = interesting(conditions)
    ids = named(router)
    for _ in range(count):
        metadata = {key: rng.choice(values) for key, values in keys.items() if rng.random() < 0.8}
        if rng.random() < 0.2:
            metadata["unrelated"] = "x"
        roles = ["user", "assistant", "system", "user"]
        messages = [{"role": rng.choice(roles), "content": rng.choice(texts)} for _ in range(rng.choice([0, 1, 1, 2, 3]))]
        user = f"user-{rng.randrange(10_000)}"
        yield shapes(rng, metadata, messages, user, own_keys(rng, ids))


# ------------------------------------------------------------------------------------------------------------ deciding


def chain(variant, own):
    """The models in order, or None where that rests on figures: this program knows no prices and no providers. What a
    request says itself takes the place of what the variant says; what it ignores is ignored as well."""
    selection = {**variant.get("model_selection", {})}
    ignored_ids = {*selection.get("ignore", []), *own.get("ignore", [])}
    selection.update({key: own[key] for key in ("models", "sort", "provider") if key in own})
    model, models = variant["model_id"], selection.get("models", [])
    if "/" not in model or selection.get("sort") or selection.get("provider"):
        return None
    if any("/" not in other for other in models):
        return None
    out = []
    for other in [model, *models]:
        ignored = {other, other.split("/")[0]} & ignored_ids
        if not ignored and other not in out:
            out.append(other)
    return out


def decide(router, conditions, request):
    names, user = seen(request)
    route, errors = router.get("defaultRoute"), []
    for at, (item, condition) in enumerate(zip(router.get("routes", []), conditions)):
        try:
            if evaluate(condition, names) is True:
                route = item["route"]
                break
        except NoValue:
            errors.append(at)
    if route is None:
        return {"route": None, "variant": None, "model": None, "plan": None, "errors": errors}
    name = router["name"].removeprefix("routers/")
    place, end = slot(name, route["route_id"], user), 0
    for item in route["variants"]:
        end += item["weight"] * 100
        if place < end:
            break
    plan = chain(item["variant"], request.get("extra_body") or {})
    return {
        "route": route["route_id"],
        "variant": item["variant"]["variant_id"],
        "model": plan[0] if plan else None,
        "plan": plan,
        "errors": errors,
    }


def main():
    path, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open(path, encoding="utf-8") as file:
        router = json.load(file)
    conditions = [Parser(item["condition"]["cel_expression"]).whole() for item in router.get("routes", [])]
    assert xxh64(b"") == 0xEF46DB3751D8E999 and xxh64(b"a") == 0xD24EC4F1A98C6E5B
    rng = random.Random(seed)
    for request in requests(rng, router, conditions, count):
        print(json.dumps({"request": request, **decide(router, conditions, request)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
