"""Makes CEL expressions, texts that are hardly any, and patterns with texts, for `cel_differences.py`."""

# Variables: their types, and an expression with their values.
ENVIRONMENT = {
    "vb": ("bool", "true"),
    "vi": ("int", "7"),
    "vu": ("uint", "3u"),
    "vd": ("double", "2.5"),
    "vs": ("string", "'héllo wörld'"),
    "vy": ("bytes", r"b'a\xffz'"),
    "vt": ("timestamp", "timestamp('2024-02-29T23:59:58.125Z')"),
    "vq": ("duration", "duration('90m0.125s')"),
    "vli": ("list(int)", "[3, 1, 2, 1]"),
    "vls": ("list(string)", "['b', 'a', '']"),
    "vld": ("list(dyn)", "[1, 'a', null, 2.5, [1], {'k': 1}]"),
    "vmi": ("map(string, int)", "{'a': 1, 'b': 2}"),
    "vmd": ("map(string, dyn)", "{'a': 1, 'b': 'x', 'n': null, 'm': {'k': [1, 2]}}"),
    "vxi": ("dyn", "5"),
    "vxs": ("dyn", "'abc'"),
    "vxn": ("dyn", "null"),
    "vxl": ("dyn", "[1, 'b']"),
    "vxm": ("dyn", "{'a': {'b': true}}"),
}

INTS = "0 1 2 -1 3 7 10 42 -5 63 64 100 255 256 1000 9007199254740993 9223372036854775807 -9223372036854775808 0x10 -0xFF".split()
UINTS = "0u 1u 2u 3u 7u 64u 255u 0x1Fu 9007199254740993u 9223372036854775808u 18446744073709551615u 5U".split()
DOUBLES = """0.0 -0.0 1.0 -1.0 0.5 -0.5 1.5 2.5 3.0 -2.7 1e3 1E-3 .5 100.25 9007199254740992.0 9223372036854775807.0
9223372036854775808.0 18446744073709551615.0 -9223372036854775809.0 1e19 1e100 1e308 4.9e-324 0.1 123456.789 1e21 1e-7
double('NaN') double('Infinity') double('-Infinity')""".split()
STRINGS = r"""'' 'a' "b" 'abc' 'ABC' 'hello world' 'aéiou' '©αT' '😀' 'tacocat' ' x ' "it's" 'a,b,,c' '\n' '\t\\' r'\d+' '0' '12'
'-7' '1.5' '1e3' 'true' 'False' 't' '3u' ' 1' 'NaN' 'inf' '0x1F' '1h30m' '100s' '1.5s' '-2ms' '2024-02-29T12:30:45Z'
'2023-01-01T00:00:00+05:30' '1969-12-31T23:59:59.999Z' 'a.c' '[a-z]+' '(' 'k' 'K' 'ſ' '\u00e9' '\U0001F600' '\x41' '\101'
'aGVsbG8=' 'aGVsbG8' '%s' '%d %s' '%.2f' '%x' '%%' 'key' "a\"b" 'é' 'e\u0301' '\u212a' '\u200b' '\u3000'""".split(" ")
STRINGS = [text for part in STRINGS for text in part.split("\n") if text.count(text[:1] or " ") != 1 and text]
BYTES = r"""b'' b'a' b'abc' b'\xff' b'\x00\x01' b'é' b"\303\251" b'hello' b'\377' b'''x''' b"aGk=" """.split()
DURATIONS = """duration('0s') duration('1s') duration('-1s') duration('1.125s') duration('90m') duration('1h1m1s') duration('123ms')
duration('1ns') duration('-0.000000001s') duration('86400s') duration('9000000000s') duration('-9000000000s')
duration('999999999ns') duration('1us') duration('24h')""".split()
TIMESTAMPS = """timestamp('2024-02-29T23:59:58.125Z') timestamp('1970-01-01T00:00:00Z') timestamp('1001-01-01T00:00:00Z')
timestamp('9999-12-31T23:59:59.999999999Z') timestamp('2009-02-13T23:31:30.123456789Z') timestamp('1969-12-31T23:59:59.111Z')
timestamp('2023-12-31T23:00:00-02:00') timestamp(0) timestamp(-1) timestamp(1234567890) timestamp('2000-12-31T00:00:00Z')""".split()
ZONES = """'UTC' '+02:00' '-09:30' '02:00' '-00:00' 'America/New_York' 'Asia/Kolkata' 'Australia/Sydney' 'Asia/Kathmandu'
'+14:00' '-12:00' 'Europe/Berlin' 'nowhere' '' '+25:00' '+0100' 'utc'""".split()
PATTERNS = """'a' '^a' 'a$' '[a-c]+' '.' '\\\\d' '(a|b)*' 'l+' '^$' '' 'h.llo' '\\\\w+' '(?i)ABC' '[^a]' 'a{2}' '(' '\\\\pL'""".split()
TYPES = "bool int uint double string bytes list map null_type type google.protobuf.Duration google.protobuf.Timestamp optional_type".split()
GETTERS = "getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear getHours getMinutes getSeconds getMilliseconds".split()
SCALARS = ["bool", "int", "uint", "double", "string", "bytes", "duration", "timestamp"]
ALL = [*SCALARS, "null", "type", "list", "map"]


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.locals = []
        self.names = 0

    def expression(self):
        self.locals, self.names = [], 0
        return self.of(self.rng.choice([*ALL, "bool", "int", "string", "list"]), self.rng.choice([1, 2, 2, 3, 3, 4]))

    def pick(self, *choices):
        return self.rng.choice(choices)

    def of(self, kind, depth):
        """An expression that most likely has a type of that kind."""
        roll = self.rng.random()
        if roll < 0.03:
            kind = self.pick(*ALL)
        elif roll < 0.08:
            return f"dyn({self.of(kind, depth - 1)})"
        fitting = [name for name, of in self.locals if of in (kind, "dyn")]
        if fitting and roll < 0.4:
            return self.rng.choice(fitting)
        if depth <= 0:
            return self.leaf(kind)
        if roll > 0.9:
            return self.anything(kind, depth)
        text = getattr(self, kind)(depth - 1)
        return f"({text})" if self.rng.random() < 0.15 else text

    def leaf(self, kind):
        if self.rng.random() < 0.2:
            names = [n for n, (ty, _) in ENVIRONMENT.items() if ty.startswith(kind)]
            if names:
                return self.rng.choice(names)
        return {
            "bool": lambda: self.pick("true", "false"),
            "int": lambda: self.rng.choice(INTS),
            "uint": lambda: self.rng.choice(UINTS),
            "double": lambda: self.rng.choice(DOUBLES),
            "string": lambda: self.rng.choice(STRINGS),
            "bytes": lambda: self.rng.choice(BYTES),
            "duration": lambda: self.rng.choice(DURATIONS),
            "timestamp": lambda: self.rng.choice(TIMESTAMPS),
            "null": lambda: self.pick("null", "vxn"),
            "type": lambda: self.rng.choice(TYPES),
            "list": lambda: self.pick("[]", "[1, 2]", "['a', 'b']", "[1, 'a', 2.0]", "vli", "vls", "vld", "vxl", "[[1], []]"),
            "map": lambda: self.pick("{}", "{'a': 1}", "{1: 'x', 2: 'y'}", "{true: 1}", "{1u: 2}", "vmi", "vmd", "vxm",
                                     "{'a': {'b': [1]}}"),
            "optional": lambda: self.pick("optional.none()", "optional.of(1)", "vmi.?a", "vmi.?z", "vli[?0]", "vli[?9]"),
        }[kind]()

    def anything(self, kind, depth):
        """Forms that any type can come from."""
        of = lambda k: self.of(k, depth - 1)
        form = self.rng.randrange(9)
        if form == 0:
            return f"({of('bool')} ? {of(kind)} : {of(kind)})"
        if form == 1:
            return f"[{of(kind)}, {of(kind)}][{self.pick('0', '1', '2', '-1', '0u', '1.0', of('int'))}]"
        if form == 2:
            member = self.pick(".k", "['k']", ".j", ".?k.value()", f"[?'k'].orValue({of(kind)})")
            return f"{{'k': {of(kind)}}}{member}"
        if form == 3:
            name = self.fresh()
            bound = of(self.rng.choice(ALL))
            with_it = self.within([(name, "dyn")], kind, depth - 1)
            return f"cel.bind({name}, {bound}, {with_it})"
        if form == 4:
            rest = self.pick("value()", f"orValue({of(kind)})", f"or({self.optional(depth - 1, kind)}).value()")
            return f"{self.optional(depth - 1, kind)}.{rest}"
        if form == 5:
            return f"vmd.{self.pick('a', 'b', 'n', 'm.k', 'm.k[0]', 'z', 'm.z')}"
        if form == 6:
            return self.pick("vxi", "vxs", "vxn", "vxl", "vxm", "vxm.a", "vxm.a.b", "vld[0]", "vld[5].k", "vld[9]")
        if form == 7:
            return f"{{{of(self.pick('int', 'string', 'bool', 'uint'))}: {of(kind)}}}[{of(self.pick('int', 'string', 'bool', 'uint', 'double'))}]"
        return f"({of(kind)})"

    def fresh(self):
        self.names += 1
        return self.rng.choice("xyzkve") + (str(self.names) if self.rng.random() < 0.7 else "")

    def within(self, names, kind, depth):
        self.locals.extend(names)
        text = self.of(kind, depth)
        del self.locals[len(self.locals) - len(names):]
        return text

    def macro(self, depth, name):
        kind = self.rng.choice(ALL)
        which = self.pick("list", "map") if self.rng.random() < 0.8 else "typed"
        if which == "typed":
            target = f"[{self.of(kind, depth)}, {self.of(kind, depth)}]"
        elif which == "map":
            # The order of a map's entries is left open.
            entry = f"{{{self.of(self.pick('string', 'int', 'bool', 'uint'), depth)}: {self.of(kind, depth)}}}"
            target, kind = self.pick(entry, entry, "{}", "vxm"), "dyn"
        else:
            target, kind = self.of(which, depth), "dyn"
        x = self.fresh()
        if name in ("map", "map3"):
            step = self.within([(x, kind)], self.rng.choice(ALL), depth)
            where = f"{self.within([(x, kind)], 'bool', depth)}, " if name == "map3" else ""
            return f"{target}.map({x}, {where}{step})"
        return f"{target}.{name}({x}, {self.within([(x, kind)], 'bool', depth)})"

    def optional(self, depth, kind=None):
        of = lambda k: self.of(k or self.rng.choice(ALL), depth - 1)
        form = self.rng.randrange(8)
        if form == 0 or depth <= 0:
            return self.pick("optional.none()", f"optional.of({self.leaf(kind or 'int')})")
        if form == 1:
            return f"optional.of({of(kind)})"
        if form == 2:
            return f"optional.ofNonZeroValue({of(kind)})"
        if form == 3:
            member = self.pick(".?a", ".?b", "[?'a']", "[?1]", ".?a.b", ".?a.?b", "[?true]", "[?1.0]", "[?vi]")
            return of("map") + member
        if form == 4:
            return f"{of('list')}[?{self.pick('0', '5', '-1', '1u', '0.0', of('int'))}]"
        if form == 5:
            name = self.fresh()
            return f"{self.optional(depth - 1)}.optMap({name}, {self.within([(name, 'dyn')], kind or 'int', depth - 1)})"
        if form == 6:
            name = self.fresh()
            self.locals.append((name, "dyn"))
            inner = self.optional(depth - 1, kind)
            self.locals.pop()
            return f"{self.optional(depth - 1)}.optFlatMap({name}, {inner})"
        return f"{self.optional(depth - 1, kind)}.or({self.optional(depth - 1, kind)})"

    def number(self, depth):
        return self.of(self.pick("int", "uint", "double"), depth)

    def bool(self, depth):
        of = lambda k: self.of(k, depth)
        form = self.rng.randrange(22)
        if form < 3:
            return f"{of('bool')} {self.pick('&&', '||')} {of('bool')}"
        if form == 3:
            return f"!{of('bool')}" if self.rng.random() < 0.7 else f"!({of('bool')})"
        if form < 7:
            kind = self.rng.choice(ALL)
            other = kind if self.rng.random() < 0.7 else self.rng.choice(ALL)
            if kind != other and {kind, other} <= {"int", "uint", "double"}:
                # The other checker has no order of mixed numbers.
                return f"dyn({of(kind)}) {self.pick('==', '!=', '<', '<=', '>', '>=')} {of(other)}"
            return f"{of(kind)} {self.pick('==', '!=', '<', '<=', '>', '>=')} {of(other)}"
        if form == 7:
            return f"{self.number(depth)} {self.pick('==', '!=')} {self.number(depth)}"
        if form == 8:
            return f"dyn({self.number(depth)}) {self.pick('==', '!=', '<', '<=', '>', '>=')} {self.number(depth)}"
        if form == 9:
            keys = ["string", "int", "uint", "bool", "double"]
            return self.pick(f"{of(self.rng.choice(ALL))} in {of('list')}", f"{of(self.rng.choice(keys))} in {of('map')}")
        if form == 10:
            kind = self.rng.choice(ALL)
            return f"{of(kind)} in [{of(kind)}, {of(kind)}]"
        if form == 11:
            return f"{of('string')}.{self.pick('contains', 'startsWith', 'endsWith')}({of('string')})"
        if form == 12:
            pattern = self.rng.choice(PATTERNS)
            return self.pick(f"{of('string')}.matches({pattern})", f"matches({of('string')}, {pattern})")
        if form < 16:
            return self.macro(depth, self.pick("all", "exists", "exists_one"))
        if form == 16:
            return f"has({self.of('map', depth)}.{self.pick('a', 'b', 'k', 'm', 'a.b', 'm.k')})"
        if form == 17:
            return f"bool({of(self.pick('string', 'bool', 'int'))})"
        if form == 18:
            return f"{self.optional(depth)}.hasValue()"
        if form == 19:
            return f"{self.optional(depth)} {self.pick('==', '!=')} {self.optional(depth)}"
        if form == 20:
            return f"math.{self.pick('isNaN', 'isInf', 'isFinite')}({of('double')})"
        return f"type({of(self.rng.choice(ALL))}) {self.pick('==', '!=')} {of('type')}"

    def int(self, depth):
        of = lambda k: self.of(k, depth)
        form = self.rng.randrange(16)
        if form < 4:
            return f"{of('int')} {self.pick('+', '-', '*', '/', '%')} {of('int')}"
        if form == 4:
            return f"-{of('int')}" if self.rng.random() < 0.5 else f"-({of('int')})"
        if form == 5:
            kind = self.pick("string", "list", "map", "bytes")
            return self.pick(f"size({of(kind)})", f"{of(kind)}.size()")
        if form < 8:
            return f"int({of(self.pick('int', 'uint', 'double', 'string', 'timestamp', 'bool'))})"
        if form == 8:
            zone = self.pick("", "", self.rng.choice(ZONES))
            return f"{of('timestamp')}.{self.rng.choice(GETTERS)}({zone})"
        if form == 9:
            return f"{of('duration')}.{self.pick('getHours', 'getMinutes', 'getSeconds', 'getMilliseconds')}()"
        if form == 10:
            start = f", {of('int')}" if self.rng.random() < 0.5 else ""
            return f"{of('string')}.{self.pick('indexOf', 'lastIndexOf')}({of('string')}{start})"
        if form == 11:
            return self.extreme(depth, "int")
        if form == 12:
            return f"math.{self.pick('abs', 'sign', 'bitNot')}({of('int')})"
        if form == 13:
            return f"math.{self.pick('bitAnd', 'bitOr', 'bitXor')}({of('int')}, {of('int')})"
        if form == 14:
            return f"math.{self.pick('bitShiftLeft', 'bitShiftRight')}({of('int')}, {of('int')})"
        return f"{of('bool')} ? {of('int')} : {of('int')}"

    def extreme(self, depth, kind):
        kinds = [kind] if self.rng.random() < 0.7 else ["int", "uint", "double"]
        args = [self.of(self.rng.choice(kinds), depth) for _ in range(self.rng.choice([1, 2, 2, 3, 4]))]
        inner = ", ".join(args)
        return f"math.{self.pick('greatest', 'least')}({inner if self.rng.random() < 0.8 else f'[{inner}]'})"

    def uint(self, depth):
        of = lambda k: self.of(k, depth)
        form = self.rng.randrange(8)
        if form < 3:
            return f"{of('uint')} {self.pick('+', '-', '*', '/', '%')} {of('uint')}"
        if form < 5:
            return f"uint({of(self.pick('int', 'uint', 'double', 'string'))})"
        if form == 5:
            return self.extreme(depth, "uint")
        if form == 6:
            return f"math.{self.pick('bitAnd', 'bitOr', 'bitXor')}({of('uint')}, {of('uint')})"
        return self.pick(f"math.bitShiftLeft({of('uint')}, {of('int')})", f"math.abs({of('uint')})",
                         f"math.sign({of('uint')})", f"math.bitNot({of('uint')})")

    def double(self, depth):
        of = lambda k: self.of(k, depth)
        form = self.rng.randrange(8)
        if form < 3:
            return f"{of('double')} {self.pick('+', '-', '*', '/')} {of('double')}"
        if form == 3:
            return f"-{of('double')}"
        if form == 4:
            return f"double({of(self.pick('int', 'uint', 'double', 'string'))})"
        if form == 5:
            return f"math.{self.pick('ceil', 'floor', 'round', 'trunc', 'abs', 'sign')}({of('double')})"
        if form == 6:
            return self.extreme(depth, "double")
        return f"math.sqrt({self.number(depth)})"

    def string(self, depth):
        of = lambda k: self.of(k, depth)
        form = self.rng.randrange(15)
        if form < 2:
            return f"{of('string')} + {of('string')}"
        if form < 5:
            return f"string({of(self.pick(*SCALARS, 'type'))})"
        if form == 5:
            return f"{of('string')}.charAt({of('int')})"
        if form == 6:
            return f"{of('string')}.{self.pick('lowerAscii', 'upperAscii', 'trim', 'reverse')}()"
        if form == 7:
            times = f", {of('int')}" if self.rng.random() < 0.4 else ""
            return f"{of('string')}.replace({of('string')}, {of('string')}{times})"
        if form == 8:
            end = f", {of('int')}" if self.rng.random() < 0.5 else ""
            return f"{of('string')}.substring({of('int')}{end})"
        if form == 9:
            return f"strings.quote({of('string')})"
        if form == 10:
            strings = self.pick("vls", f"[{of('string')}, {of('string')}]", of("list"))
            return f"{strings}.join({self.pick('', of('string'))})"
        if form == 11:
            return f"base64.encode({of('bytes')})"
        return self.format(depth)

    def format(self, depth):
        verbs, args = "", []
        for _ in range(self.rng.choice([1, 1, 1, 2, 3])):
            verb = self.pick("%s", "%s", "%d", "%f", "%.2f", "%e", "%.3e", "%b", "%o", "%x", "%X", "%.0f", "%%", "%q", "%5d")
            verbs += self.pick("", " ", "é") + verb
            if verb != "%%" or self.rng.random() < 0.05:
                kinds = {"d": ["int", "uint"], "s": [k for k in ALL if k not in ("double", "list", "map")], "f": ["double", "int", "uint"], "e": ["double", "int"],
                         "b": ["int", "bool", "uint"], "o": ["int", "uint"], "x": ["int", "uint", "string", "bytes"],
                         "X": ["int", "uint", "string", "bytes"]}.get(verb[-1], ALL)
                args.append(self.of(self.rng.choice(kinds), depth))
        if self.rng.random() < 0.05 and args:
            args.pop()
        return f"'{verbs}'.format([{', '.join(args)}])"

    def bytes(self, depth):
        of = lambda k: self.of(k, depth)
        form = self.rng.randrange(4)
        if form == 0:
            return f"{of('bytes')} + {of('bytes')}"
        if form == 1:
            return f"bytes({of(self.pick('string', 'bytes'))})"
        return f"base64.decode({of('string')})" if form == 2 else self.leaf("bytes")

    def duration(self, depth):
        of = lambda k: self.of(k, depth)
        form = self.rng.randrange(4)
        if form == 0:
            return f"{of('duration')} {self.pick('+', '-')} {of('duration')}"
        if form == 1:
            return f"{of('timestamp')} - {of('timestamp')}"
        return f"duration({of(self.pick('string', 'duration'))})" if form == 2 else self.leaf("duration")

    def timestamp(self, depth):
        of = lambda k: self.of(k, depth)
        form = self.rng.randrange(5)
        if form < 2:
            return f"{of('timestamp')} {self.pick('+', '-')} {of('duration')}"
        if form == 2:
            return f"{of('duration')} + {of('timestamp')}"
        return f"timestamp({of(self.pick('string', 'int', 'timestamp'))})" if form == 3 else self.leaf("timestamp")

    def null(self, depth):
        return f"{self.of('bool', depth)} ? null : null" if self.rng.random() < 0.1 else self.leaf("null")

    def type(self, depth):
        return f"type({self.of(self.rng.choice(ALL), depth)})"

    def list(self, depth):
        of = lambda k: self.of(k, depth)
        form = self.rng.randrange(9)
        if form < 2:
            kind = self.rng.choice(ALL)
            mixed = self.rng.random() < 0.3
            parts = [of(self.rng.choice(ALL) if mixed else kind) for _ in range(self.rng.randrange(4))]
            parts = [f"?{self.optional(depth, kind)}" if self.rng.random() < 0.08 else part for part in parts]
            return f"[{', '.join(parts)}{',' if parts and self.rng.random() < 0.05 else ''}]"
        if form == 2:
            return f"{of('list')} + {of('list')}"
        if form < 6:
            return self.macro(depth, self.pick("filter", "map", "map3"))
        if form == 6:
            limit = f", {of('int')}" if self.rng.random() < 0.5 else ""
            return f"{of('string')}.split({of('string')}{limit})"
        return f"{of('bool')} ? {of('list')} : {of('list')}" if form == 7 else self.leaf("list")

    def map(self, depth):
        of = lambda k: self.of(k, depth)
        if self.rng.random() < 0.3:
            return self.leaf("map")
        mixed = self.rng.random() < 0.3
        key = self.pick("string", "string", "int", "uint", "bool")
        entries = []
        for _ in range(self.rng.randrange(4)):
            kind = self.pick("string", "int", "uint", "bool", "double", "null") if mixed else key
            if self.rng.random() < 0.08:
                entries.append(f"?{of(kind)}: {self.optional(depth)}")
            else:
                entries.append(f"{of(kind)}: {of(self.rng.choice(ALL))}")
        return "{" + ", ".join(entries) + "}"


WORDS = r"""a b foo x.y true false null in 1 2.5 3u 0x1F 'a' "b" r'\d' b'x' '''t''' ( ) [ ] { } . , : ? ! - + * / % < <= > >= ==
!= && || = & | ; @ # $ ~ ^ \ ' " ` has( .all( .map( .exists( .filter( x, e, size( [? .? {? ?a a.b() if for return as let
package import while var void function const break continue else loop namespace _ __ `b-c` .`d e` 1e 1e5 .5 5. 0x 1.e3 1u1 1_0
'\n' '\q' '\x4' '\x41' '\u12' '\u0041' '\U0010FFFF' '\U00110000' '\ud800' '\400' '\377' '\8' b'\u0041' b'\xff' b'é' rb'a' br'a' R"x\"
'é' é 😀 // cel.bind( optional.of( Msg{ f: math.greatest( 9223372036854775808 18446744073709551616u 1e999 -9223372036854775808
exists_one( .existsOne( true.a null.b 'a'.b [1] {1:2} {'a':1,} [1,] [,] {,} f() f(,) a[0] a[] a. .a .a.b a.in in.a a?b:c""".split()
ESCAPES = r"""\a \b \f \n \r \t \v \\ \' \" \` \? \x41 \xFF \X41 \x4 \xg0 \u0041 \u00e9 \uD800 \uFFFF \u12 \U0001F600 \U00110000
\U0000D800 \U0010FFFF \101 \377 \400 \08 \1 \8 \c \q \( \  a é 😀 ' " \0 \00 \000 ` # %""".split(" ")


def soup(rng, generator):
    """A text of one line that may be an expression or not."""
    form = rng.random()
    if form < 0.25:
        quote = rng.choice(["'", '"', "'''", '"""'])
        prefix = rng.choice(["", "", "", "b", "r", "B", "R", "rb", "br", "bR", "u"])
        body = "".join(rng.choice(ESCAPES).replace("\n", "") for _ in range(rng.randrange(4)))
        return f"{prefix}{quote}{body}{quote}"
    if form < 0.6:
        return rng.choice(["", " "]).join(rng.choice(WORDS) for _ in range(rng.randint(1, 7)))
    # A sound expression with a slip or two.
    text = generator.expression()
    for _ in range(rng.choice([0, 1, 1, 2])):
        at = rng.randrange(len(text) + 1)
        form = rng.random()
        if form < 0.4:
            text = text[:at] + text[at + rng.randint(1, 3):]
        elif form < 0.7:
            text = text[:at] + rng.choice("()[]{}.,:?!-+*/%<>=&|'\"`\\ 0a1u_x@#é") + text[at:]
        else:
            text = text[:at] + rng.choice(WORDS) + text[at:]
    return text


# What patterns are made of. Left out is `\C`, which matches a byte and which we refuse.
PARTS = r"""
a b k s A K 1 _ é ß ſ K σ Σ ς 😀 . ^ $ | | ( ) ( ) (?: [ ] - ^ : , = ! < > # & ~ / " ' \ { } * + ? *? +? ?? {2} {0} {1,} {,2}
{1,2} {2,1} {2}? {30} {1000} {1001} {01} {a} (?i) (?i: (?s) (?m) (?-i) (?U) (?x) (?) (?-) (?i-s: (?=a) (?!a) (?<=a) (?<!a)
(?>a) (?P<n>a) (?<m>b) (?P<n> (?<é>a) (?P=n) (?#c) (?<> (?'q'a) \d \D \s \S \w \W \b \B \A \z \Z \G \K \1 \12 \8 \0 \07 \101
\a \f \t \n \r \v \e \c \x \x4 \x41 \x{61} \x{1F600} \x{110000} \x{D800} \x{} \u0041 \Q \E \Qa*\E \- \/ \" \_ \y \é \. \\
\pL \PL \pN \p{L} \p{Lu} \P{Ll} \p{Greek} \p{^Greek} \P{^Greek} \p{greek} \p{Letter} \p{Any} \p{Cs} \p{C} \p{Zl} \p{ \pé \p
[abc] [^a] []a] [^]a] [a-c] [c-a] [a-\d] [\d-z] [\w-] [--a] [a-] [-a] [a&&b] [a--b] [a~~b] [[a] [[:alpha:]] [[:^alpha:]]
[[:word:]_] [[:space:]] [[:punct:]] [[:foo:]] [:alpha:] [[:alpha] [[:^foo:]] [\b] [\Q] [\pL-z] [^\x00-\x{10FFFF}] [[:ascii:]]
[^\W] [\D\d] [a-z-9] [\]] [\]-a] [\x{3b1}-\x{3c9}] [^\n] [\101-\103] [é-ü] [😀] [\_] [[.a.]] [[=a=]] [a-[:digit:]]
(?i)k (?i)ſ (?i)ß (?i)σ (?i:[k-s]) (?i)[^k] (?U)a+ (?U)a+? (?s). (?m)^ (?m)$ (?ms) (?-m)$ (?i-i) (?P<a1>b) (a|) (|a) (|) () a||b
(?:a{2}){500} a{0,1000} (a{1000}){2} x** x*+ x*?* ^* $+ \b+ (?:){2} (*) +a ?a {a [^] [] [a [a-z [[:alpha:] (a b) \pM \p{Nd} \PN
\p{Han} \p{Cyrillic} \p{Lo}+ [\p{Lu}\d] [^\p{L}] [\pN] [\P{Greek}] \x{10FFFF} \x{00000041} \x7F \xff [\x00-\x7f] [^\x00-\x7F] \377
""".split() + [" ", "\n", "a b"]
LETTERS = ["a", "b", "c", "k", "s", "A", "K", "S", "1", "9", "_", " ", "\n", "\t", "\v", "\r", "-", "]", "[", "&", "{", "}", ",", ".",
           "*", "\\", "é", "ß", "ſ", "\u212a", "σ", "Σ", "ς", "😀", "\u2028", "\u00a0", "Q", "x", "2", ":", "~", "^", "\ue000",
           "\u0661", "я", "中", "\u0301", "ÿ", "\x7f"]


def patterns(rng):
    """A pattern and a text."""
    pattern = "".join(rng.choice(PARTS) for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 4, 6))))
    # What stands in the pattern is more likely to match.
    letters = LETTERS + list(pattern) * rng.choice((0, 3, 10))
    return pattern, "".join(rng.choice(letters) for _ in range(rng.randint(0, 6)))
