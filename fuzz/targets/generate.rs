//! Expressions out of bytes: each byte is a choice. What comes out is nearly always an expression of the type that is
//! asked for, now and then of another, which is as telling.

/// Choices, one byte each; the first of all once they run out, so that every expression ends.
pub struct Choices<'d> {
    data: &'d [u8],
}

impl<'d> Choices<'d> {
    pub fn new(data: &'d [u8]) -> Self {
        Self { data }
    }

    /// One of so many.
    pub fn below(&mut self, count: usize) -> usize {
        match self.data.split_first() {
            Some((first, rest)) => {
                self.data = rest;
                usize::from(*first) % count.max(1)
            }
            None => 0,
        }
    }

    fn one_of<'o>(&mut self, options: &[&'o str]) -> &'o str {
        options[self.below(options.len())]
    }
}

/// Which functions there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Words {
    /// Those of the specification.
    Standard,
    /// Those of the extensions too.
    Full,
}

/// What an expression is to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    Texts,
    Ints,
    Map,
    Time,
    Span,
    Optional,
}

const SORTS: [Sort; 12] = [
    Sort::Bool,
    Sort::Int,
    Sort::Text,
    Sort::Double,
    Sort::Uint,
    Sort::Ints,
    Sort::Texts,
    Sort::Map,
    Sort::Bytes,
    Sort::Time,
    Sort::Span,
    Sort::Optional,
];

/// The letters of the sorts in templates, in the same order.
const LETTERS: &str = "BITDUNLMYWSO";

/// An expression over the variables of `environment.rs`.
pub fn expression(choices: &mut Choices<'_>, words: Words, sort: Sort, depth: usize) -> String {
    let mut generator = Generator { choices, words, locals: Vec::new() };
    generator.any_of(sort, depth)
}

struct Generator<'c, 'd> {
    choices: &'c mut Choices<'d>,
    words: Words,
    /// Names that macros bind here, and what they are.
    locals: Vec<(String, Sort)>,
}

impl Generator<'_, '_> {
    fn any_of(&mut self, sort: Sort, depth: usize) -> String {
        // Seldom of another sort.
        let sort = match self.choices.below(40) {
            39 => SORTS[self.choices.below(SORTS.len())],
            _ => sort,
        };
        let Some(depth) = depth.checked_sub(1) else { return self.leaf(sort) };
        match self.choices.below(16) {
            0..=3 => self.leaf(sort),
            4 => {
                let (a, b, c) =
                    (self.any_of(Sort::Bool, depth), self.any_of(sort, depth), self.any_of(sort, depth));
                format!("({a} ? {b} : {c})")
            }
            5 if self.words == Words::Full => {
                let other = SORTS[self.choices.below(SORTS.len())];
                let value = self.any_of(other, depth);
                let (name, body) = self.with_local(other, |this| this.any_of(sort, depth));
                format!("cel.bind({name}, {value}, {body})")
            }
            _ => self.call(sort, depth),
        }
    }

    fn with_local(&mut self, sort: Sort, body: impl FnOnce(&mut Self) -> String) -> (String, String) {
        let name = ["x", "y", "z", "m", "tier"][self.choices.below(5)].to_owned();
        self.locals.push((name.clone(), sort));
        let body = body(self);
        self.locals.pop();
        (name, body)
    }

    fn leaf(&mut self, sort: Sort) -> String {
        let locals: Vec<String> =
            self.locals.iter().filter(|(_, s)| *s == sort).map(|(name, _)| name.clone()).collect();
        if !locals.is_empty() && self.choices.below(2) == 0 {
            return locals[self.choices.below(locals.len())].clone();
        }
        let options: &[&str] = match sort {
            Sort::Bool => &[
                "true",
                "beta",
                "false",
                "trial",
                "has(account.plan)",
                "has(account.owner.email)",
                "has(limits.rpm)",
                "account.owner.verified",
            ],
            Sort::Int => &[
                "1",
                "seats",
                "0",
                "-1",
                "retries",
                "2",
                "7",
                "account.seats",
                "9223372036854775807",
                "-9223372036854775808",
                "0x1f",
                "limits.rpm",
                "limits['tpm']",
                "ports[0]",
                "matrix[0][1]",
            ],
            Sort::Uint => &["1u", "quota", "0u", "18446744073709551615u", "3u"],
            Sort::Double => &["1.0", "ratio", "0.5", "-2.5", "score", "1e300", "0.0", "-0.0", "3.0", "0.1"],
            Sort::Text => &[
                "'a'",
                "tier",
                "plan",
                "''",
                "'premium'",
                "region",
                "account.id",
                "account.owner.email",
                "tags[0]",
                "'é😀'",
                "'1'",
                "'true'",
                "messages[0].content",
                "headers['x-tier']",
                "\"\\n\\\"\"",
                "user_id",
                "'1.5'",
                "'-7'",
            ],
            Sort::Bytes => &["b'a'", "token", "b''", "b'\\x00\\xff'"],
            Sort::Texts => &["tags", "[]", "['a', 'b']", "account.tags", "[tier, 'x']"],
            Sort::Ints => &["ports", "[1, 2, 3]", "[]", "matrix[0]", "[seats, 1]"],
            Sort::Map => &["limits", "{'rpm': 1, 'tpm': 2}", "{}", "{'a': 1}"],
            Sort::Time => &[
                "sent_at",
                "timestamp('2025-01-31T12:30:45.5Z')",
                "timestamp(0)",
                "timestamp('1960-02-29T00:00:00+05:30')",
            ],
            Sort::Span => &["idle", "duration('1h')", "duration('-1.5s')", "duration('0s')"],
            Sort::Optional => {
                &["optional.of(1)", "optional.none()", "account.?plan", "tags[?9]", "limits[?'rpm']"]
            }
        };
        if sort == Sort::Optional && self.words == Words::Standard {
            return "1".into();
        }
        self.choices.one_of(options).to_owned()
    }

    /// A template with each `~` and the letter of a sort behind it filled in.
    fn fill(&mut self, template: &str, depth: usize) -> String {
        let mut parts = template.split('~');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (letter, rest) = part.split_at(1);
            let sort = SORTS[LETTERS.find(letter).unwrap_or_default()];
            text.push_str(&self.any_of(sort, depth));
            text.push_str(rest);
        }
        text
    }

    /// One of some templates, and with all functions one of some more.
    fn pick(&mut self, standard: &[&str], extensions: &[&str], depth: usize) -> String {
        let more = if self.words == Words::Full { extensions.len() } else { 0 };
        let at = self.choices.below(standard.len() + more);
        let template = standard.get(at).or_else(|| extensions.get(at - standard.len()));
        self.fill(template.copied().unwrap_or("1"), depth)
    }

    /// A macro over a list or a map.
    fn over(&mut self, name: &str, list: Sort, body: Sort, depth: usize) -> String {
        let element = if list == Sort::Ints { Sort::Int } else { Sort::Text };
        let range = self.any_of(list, depth);
        let (variable, body) = self.with_local(element, |this| this.any_of(body, depth));
        format!("{range}.{name}({variable}, {body})")
    }

    fn comparison(&mut self, depth: usize) -> String {
        let sort = SORTS[self.choices.below(SORTS.len())];
        let numbers = [Sort::Int, Sort::Uint, Sort::Double];
        let other = match (numbers.contains(&sort), self.choices.below(16)) {
            // Numbers are compared across their types, other things seldom.
            (true, 0..4) => numbers[self.choices.below(3)],
            (false, 0) => SORTS[self.choices.below(SORTS.len())],
            _ => sort,
        };
        let op = self.choices.one_of(&["==", "!=", "<", "<=", ">", ">="]);
        let (a, b) = (self.any_of(sort, depth), self.any_of(other, depth));
        format!("({a} {op} {b})")
    }

    fn call(&mut self, sort: Sort, depth: usize) -> String {
        match (sort, self.choices.below(4)) {
            (Sort::Bool, 0) => self.comparison(depth),
            (Sort::Bool, 1) => {
                let name = self.choices.one_of(&["exists", "all", "exists_one"]);
                let list = [Sort::Texts, Sort::Ints, Sort::Map][self.choices.below(3)];
                self.over(name, list, Sort::Bool, depth)
            }
            (Sort::Texts, 0) => self.over("filter", Sort::Texts, Sort::Bool, depth),
            (Sort::Texts, 1) => self.over("map", Sort::Ints, Sort::Text, depth),
            (Sort::Ints, 0) => self.over("filter", Sort::Ints, Sort::Bool, depth),
            (Sort::Ints, 1) => self.over("map", Sort::Texts, Sort::Int, depth),
            _ => {
                let (standard, extensions) = templates(sort);
                self.pick(standard, extensions, depth)
            }
        }
    }
}

/// What makes a value of a sort: in the specification, and in the extensions.
fn templates(sort: Sort) -> (&'static [&'static str], &'static [&'static str]) {
    match sort {
        Sort::Bool => (
            &[
                "(~B && ~B)",
                "(~B || ~B)",
                "!~B",
                "~T.contains(~T)",
                "~T.startsWith(~T)",
                "~T.endsWith(~T)",
                "~T.matches('a')",
                "~T.matches('^p.*m$')",
                "~T.matches(r'\\d+')",
                "~T.matches('(?i)PRO')",
                "~T.matches('(')",
                "(~T in ~L)",
                "(~I in ~N)",
                "(~T in ~M)",
                "bool(~T)",
                "(~B == ~B)",
                "(type(~I) == type(~D))",
                "messages.exists(m, m.role == ~T)",
                "(~I in [1, 2.0, 3u])",
            ],
            &[
                "~O.hasValue()",
                "math.isFinite(~D)",
                "~M.exists(k, v, v > ~I)",
                "isIP(~T)",
                "~N.all(i, v, v < ~I)",
            ],
        ),
        Sort::Int => (
            &[
                "(~I + ~I)",
                "(~I - ~I)",
                "(~I * ~I)",
                "(~I / ~I)",
                "(~I % ~I)",
                "-(~I)",
                "size(~T)",
                "~L.size()",
                "size(~M)",
                "int(~T)",
                "int(~D)",
                "int(~U)",
                "~N[~I]",
                "~M[~T]",
                "~W.getHours()",
                "~W.getDayOfWeek()",
                "~W.getFullYear('+02:00')",
                "~S.getMinutes()",
                "int(~W)",
                "size(~Y)",
            ],
            &[
                "~T.indexOf(~T)",
                "math.greatest(~I, ~I)",
                "math.abs(~I)",
                "~O.orValue(~I)",
                "math.bitXor(~I, ~I)",
            ],
        ),
        Sort::Uint => (
            &["(~U + ~U)", "(~U * ~U)", "(~U - ~U)", "uint(~I)", "uint(~D)", "(~U % ~U)"],
            &["math.bitNot(~U)"],
        ),
        Sort::Double => (
            &["(~D + ~D)", "(~D * ~D)", "(~D / ~D)", "(~D - ~D)", "double(~I)", "double(~T)", "-(~D)"],
            &["math.round(~D)", "math.sqrt(~D)"],
        ),
        Sort::Text => (
            &[
                "(~T + ~T)",
                "string(~I)",
                "string(~D)",
                "string(~B)",
                "~L[~I]",
                "string(~W)",
                "string(~Y)",
                "string(~S)",
                "string(~U)",
            ],
            &[
                "~T.lowerAscii()",
                "~T.trim()",
                "~T.charAt(~I)",
                "~L.join(~T)",
                "~T.substring(~I, ~I)",
                "~T.replace(~T, ~T)",
                "'%s %d'.format([~T, ~I])",
                "base64.encode(~Y)",
                "~T.reverse()",
                "strings.quote(~T)",
            ],
        ),
        Sort::Bytes => (&["bytes(~T)", "(~Y + ~Y)"], &["base64.decode(~T)"]),
        Sort::Texts => (
            &["[~T, ~T]", "(~L + ~L)"],
            &["~T.split(~T)", "~L.sort()", "~L.distinct()", "~L.slice(~I, ~I)", "~N.transformList(i, x, ~T)"],
        ),
        Sort::Ints => (
            &["[~I, ~I, ~I]", "(~N + ~N)"],
            &["~N.sort()", "~N.reverse()", "[~N].flatten()", "[?~O, ~I]", "lists.range(~I % 9)"],
        ),
        Sort::Map => {
            (&["{~T: ~I}", "{'a': ~I, 'b': ~I}"], &["~M.transformMap(k, v, ~I)", "{?'a': ~O, 'b': ~I}"])
        }
        Sort::Time => (&["(~W + ~S)", "(~W - ~S)", "timestamp(~I)", "timestamp(~T)"], &[]),
        Sort::Span => (&["(~S + ~S)", "(~W - ~W)", "duration(~T)", "(~S - ~S)"], &[]),
        Sort::Optional => (
            &["1"],
            &["optional.of(~I)", "optional.ofNonZeroValue(~I)", "~N[?~I]", "~O.or(~O)", "~O.optMap(x, ~I)"],
        ),
    }
}
