"""Writes RE2's own verdicts on generated patterns, one JSON object a line: `re2_verdicts.py COUNT [SEED] > re2.jsonl`.

Needs `pip install google-re2`. Left out is where we differ on purpose: `\\C`, the bound on the compiled size, two groups
of one name (which RE2 in C++ takes and in Go does not), and `\\B` between the bytes of one character.
"""
import json
import random
import re
import sys

import re2

PARTS = r"""
a b k s A K 1 _ é ß ſ K σ Σ ς 😀 . ^ $ | | ( ) ( ) (?: [ ] - ^ : , = ! < > # & ~ / " ' \ { } * + ? *? +? ?? {2} {0} {1,} {,2}
{1,2} {2,1} {2}? {30} {1000} {1001} {01} {a} (?i) (?i: (?s) (?m) (?-i) (?U) (?x) (?) (?-) (?i-s: (?=a) (?!a) (?<=a) (?<!a)
(?>a) (?P<n>a) (?<m>b) (?P<n> (?<é>a) (?P=n) (?#c) (?<> (?'q'a) \d \D \s \S \w \W \b \B \A \z \Z \G \K \1 \12 \8 \0 \07 \101
\a \f \t \n \r \v \e \c \x \x4 \x41 \x{61} \x{1F600} \x{110000} \x{D800} \x{} \u0041 \Q \E \Qa*\E \- \/ \" \_ \y \é \. \\
\pL \PL \pN \p{L} \p{Lu} \P{Ll} \p{Greek} \p{^Greek} \P{^Greek} \p{greek} \p{Letter} \p{Any} \p{Cs} \p{C} \p{Zl} \p{ \pé \p
[abc] [^a] []a] [^]a] [a-c] [c-a] [a-\d] [\d-z] [\w-] [--a] [a-] [-a] [a&&b] [a--b] [a~~b] [[a] [[:alpha:]] [[:^alpha:]]
[[:word:]_] [[:space:]] [[:punct:]] [[:foo:]] [:alpha:] [[:alpha] [[:^foo:]] [\b] [\Q] [\pL-z] [^\x00-\x{10FFFF}] [[:ascii:]]
[^\W] [\D\d] [a-z-9] [\]] [\]-a] [\x{3b1}-\x{3c9}] [^\n] [\101-\103] [é-ü] [😀] [\_] [[.a.]] [[=a=]] [a-[:digit:]]
""".split() + [" ", "\n", "a b"]
LETTERS = ["a", "b", "c", "k", "A", "K", "1", "9", "_", " ", "\n", "\t", "\v", "-", "]", "[", "&", "{", "}", ",", ".", "*", "\\",
           "é", "ß", "ſ", "\u212a", "σ", "Σ", "ς", "😀", "\u2028", "\u00a0", "Q", "x", "2", ":", "\x00", "~", "^", "\ue000"]


def main(count, seed):
    rng = random.Random(seed)
    options = re2.Options()
    options.log_errors = False
    seen = set()
    while len(seen) < count:
        pattern = "".join(rng.choice(PARTS) for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 4, 6))))
        names = re.findall("(?<=<)[nmé](?=>)", pattern)
        if pattern in seen or "\\C" in pattern or len(names) > len(set(names)):
            continue
        seen.add(pattern)
        try:
            regex = re2.compile(pattern, options)
        except re2.error as error:
            # Many generated patterns fail; fewer are enough.
            if b"too large" not in error.args[0] and (len(pattern) < 8 or rng.random() < 0.3):
                print(json.dumps({"pattern": pattern, "fault": error.args[0].decode()}, ensure_ascii=False))
            continue
        found, missed = [], []
        for _ in range(5):
            text = "".join(rng.choice(LETTERS) for _ in range(rng.randint(0, 5)))
            if text.isascii() or "\\B" not in pattern:
                (found if regex.search(text) else missed).append(text)
        print(json.dumps({"pattern": pattern, "found": found, "missed": missed}, ensure_ascii=False))


main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
