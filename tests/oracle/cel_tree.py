"""Prints a serialized `cel.expr.ParsedExpr` as the parser table has trees, without node numbers."""
import json
import struct


class Unprintable(Exception):
    """The tree holds something whose text two printers need not agree on."""


def fields(message):
    """The fields of a protobuf message: numbers with integers or bytes, in order."""
    at, found = 0, []

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        tag = varint()
        if tag & 7 == 0:
            found.append((tag >> 3, varint()))
            continue
        length = {1: 8, 5: 4}.get(tag & 7) or varint()
        found.append((tag >> 3, message[at:at + length]))
        at += length
    return found


def tree(serialized):
    """The tree of what `Expression.serialize` gives for an expression that was not checked."""
    parsed = dict(fields(dict(fields(serialized))[2]))
    return node(parsed[2])


def node(message):
    [(number, content)] = [(number, content) for number, content in fields(message) if number in NODES] or [(0, b"")]
    kind, show = NODES.get(number, ("", None))
    if show is None:
        raise Unprintable
    parts = fields(content)
    if show is constant:
        kind, text = constant(parts)
        return f"{text}^*expr.Constant_{kind}"
    return f"{show(parts, dict(parts))}^*expr.Expr_{kind}"


def constant(parts):
    [(number, value)] = parts or [(0, 0)]
    if number == 1:
        return "NullValue", "null"
    if number == 2:
        return "BoolValue", "true" if value else "false"
    if number == 3:
        return "Int64Value", str(value - (value >> 63 << 64))
    if number == 4:
        return "Uint64Value", f"{value}u"
    if number == 5:
        text = repr(struct.unpack("<d", value)[0])
        if not set(text) <= set("-.0123456789"):
            raise Unprintable
        return "DoubleValue", text.removesuffix(".0")
    if number == 6 and value.decode().isprintable() and not set(value) & set(b'"\\'):
        return "StringValue", json.dumps(value.decode(), ensure_ascii=False)
    raise Unprintable


def ident(_, one):
    return one[1].decode()


def select(_, one):
    return f"{node(one[1])}.{one[2].decode()}{'~test-only~' if 3 in one else ''}"


def call(parts, one):
    receiver = f"{node(one[1])}." if 1 in one else ""
    arguments = ",".join(node(part) for number, part in parts if number == 3)
    return f"{receiver}{one[2].decode()}({arguments})"


def items(parts, _):
    return f"[{','.join(node(part) for number, part in parts if number == 1)}]"


def entries(parts, one):
    shown = []
    for entry in (dict(fields(part)) for number, part in parts if number == 2):
        key = entry[2].decode() if 2 in entry else node(entry[3])
        mark = "?" if 5 in entry else ""
        shown.append(f"{mark}{key}:{node(entry[4])}^*expr.Expr_CreateStruct_Entry")
    return f"{one.get(1, b'').decode()}{{{','.join(shown)}}}"


def comprehension(_, one):
    names = {1: "Variable", 2: "Target", 3: "Accumulator", 4: "Init", 5: "LoopCondition", 6: "LoopStep", 7: "Result"}
    show = lambda number: one[number].decode() if number in (1, 3) else node(one[number])
    return f"__comprehension__({','.join(f'//{name}{show(number)}' for number, name in names.items())})"


NODES = {
    3: ("", constant),
    4: ("IdentExpr", ident),
    5: ("SelectExpr", select),
    6: ("CallExpr", call),
    7: ("ListExpr", items),
    8: ("StructExpr", entries),
    9: ("ComprehensionExpr", comprehension),
}
