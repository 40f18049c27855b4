//! Small routers over a small domain, and whether every idle operand of a condition is found.

use super::*;

/// A small generator of numbers, so that the routers are the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    pub(crate) fn condition(&mut self, depth: u32) -> String {
        if depth == 0 || self.below(3) == 0 {
            return self.atom();
        }
        match self.below(7) {
            0..=1 => format!("{} && {}", self.operand(depth), self.operand(depth)),
            2..=3 => format!("{} || {}", self.operand(depth), self.operand(depth)),
            4..=5 => format!("!({})", self.condition(depth - 1)),
            _ => format!("({} ? {} : {})", self.operand(depth), self.operand(depth), self.operand(depth)),
        }
    }

    fn operand(&mut self, depth: u32) -> String {
        format!("({})", self.condition(depth - 1))
    }

    fn atom(&mut self) -> String {
        match self.below(9) {
            0..=1 => format!("tier {} \"{}\"", self.pick(&["==", "!="]), self.pick(&["a", "ab", "b"])),
            2 => format!("tier in [{}]", self.pick(&["\"a\", \"b\"", "\"ab\"", "\"ab\", \"a\""])),
            3 => format!(
                "tier.{}(\"{}\")",
                self.pick(&["startsWith", "endsWith", "contains"]),
                self.pick(&["a", "b"])
            ),
            4..=5 => format!(
                "n {} {}",
                self.pick(&["<", "<=", ">", ">=", "==", "!="]),
                self.pick(&["-1", "0", "1", "2", "1.5"])
            ),
            6 => self.pick(&["flag", "!flag", "flag == true"]).to_owned(),
            7 => self.pick(&["size(tier) > 1", "tier.matches(\"^a\")", "tier.matches(\"b$\")"]).to_owned(),
            _ => self
                .pick(&["flag == (n > 0)", "has(m.k)", "m.k == 1", "m.k < 2", "n == x", "x > n"])
                .to_owned(),
        }
    }
}

/// The metadata block that these requests keep.
pub(crate) fn metadata(required: [bool; 3]) -> String {
    let [tier, n, flag] = required;
    format!(
        "tier: {{type: string, enum: [a, ab, b], required: {tier}}}\nn: {{type: int, min: 0, max: 2, required: {n}}}\n\
         flag: {{type: bool, required: {flag}}}\nx: {{type: int, enum: [0, 1]}}\n\
         m: {{type: map, fields: {{k: {{type: int, enum: [1, 2]}}}}}}"
    )
}

pub(crate) fn requests(required: [bool; 3]) -> Vec<String> {
    let optional = |values: &[&str], required: bool| {
        let mut all: Vec<Option<String>> = values.iter().map(|v| Some((*v).to_owned())).collect();
        if !required {
            all.push(None);
        }
        all
    };
    let keys = [
        ("tier", optional(&["\"a\"", "\"ab\"", "\"b\""], required[0])),
        ("n", optional(&["0", "1", "2"], required[1])),
        ("flag", optional(&["true", "false"], required[2])),
        ("x", optional(&["0", "1"], false)),
        ("m", optional(&["{}", "{\"k\": 1}", "{\"k\": 2}"], false)),
    ];
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    for (key, values) in keys {
        all = all
            .iter()
            .flat_map(|request| {
                values.iter().map(|value| {
                    let mut request = request.clone();
                    request.extend(value.as_ref().map(|value| format!("\"{key}\": {value}")));
                    request
                })
            })
            .collect();
    }
    all.into_iter().map(|keys| format!("{{\"metadata\": {{{}}}}}", keys.join(", "))).collect()
}

/// What a condition comes to for each request.
fn verdicts(metadata: &str, condition: &str, requests: &[Request]) -> Option<Vec<Option<bool>>> {
    use irc::cel::program::Verdict;
    let catalogue = Catalogue::embedded();
    let options = irc::Options::new(&catalogue);
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let text = router(metadata, &[condition]).into_bytes();
    let loaded = irc::load(&mut sources, "router.yaml", text, &options);
    let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
    let plan = compile::compile(&file.definitions[0], &catalogue)?;
    let mut space = Workspace::new(&plan);
    let draw = Draw { seed: 0, index: 0 };
    let decided =
        requests.iter().map(|request| decide(&plan, request, draw, &Assumed::default(), &mut space).verdicts);
    let value = |verdict: &Verdict| match verdict {
        Verdict::True => Some(true),
        Verdict::False => Some(false),
        _ => None,
    };
    Some(decided.map(|verdicts| value(&verdicts[0])).collect())
}

#[test]
fn every_idle_operand_is_found_and_no_other() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let metadata = "tier: {type: string, enum: [a, ab, b], required: true}\nn: {type: int, min: 0, max: 2}\n\
         flag: {type: bool, required: true}\nx: {type: int, enum: [0, 1]}\n\
         m: {type: map, fields: {k: {type: int, enum: [1, 2]}}}";
    let texts = requests([true, false, true]);
    let requests: Vec<Request> = texts
        .iter()
        .map(|text| Request::from_value(&parse_json(text, Numbers::default()).unwrap()).unwrap())
        .collect();
    let (mut idle, mut busy) = (0, 0);
    for _ in 0..400 {
        let (a, b) = (random.operand(1), random.operand(1));
        let (Some(of_a), Some(of_b)) = (verdicts(metadata, &a, &requests), verdicts(metadata, &b, &requests))
        else {
            continue;
        };
        for op in ["&&", "||"] {
            let condition = format!("{a} {op} {b}");
            let Some(whole) = verdicts(metadata, &condition, &requests) else { continue };
            let trues = whole.iter().filter(|value| **value == Some(true)).count();
            // As a whole it is said to be true for all, or for none.
            if trues == 0 || trues == whole.len() {
                continue;
            }
            // Without it as often true, and refusing what is refused with it.
            let is_idle = |rest: &[Option<bool>]| {
                rest.iter().zip(&whole).all(|(rest, whole)| match whole {
                    Some(true) => *rest == Some(true),
                    Some(false) => *rest == Some(false),
                    None => *rest != Some(true),
                })
            };
            let found = findings(&router(metadata, &[&condition]));
            let said =
                found.iter().any(|(d, _)| d.meta.name == "redundant-condition" && is_operand(d, &a, &b));
            let wanted = is_idle(&of_b) || is_idle(&of_a);
            assert_eq!(said, wanted, "{condition}\n{found:#?}");
            idle += u32::from(wanted);
            busy += u32::from(!wanted);
        }
    }
    assert!(idle > 50 && busy > 200, "{idle} {busy}");
}

/// Whether a finding speaks of a whole operand, not of a part of one.
fn is_operand(finding: &Diagnostic, a: &str, b: &str) -> bool {
    let title = &finding.fixes[0].title;
    [a, b].iter().any(|operand| {
        let (ast, _) = irc::cel::parse(operand, &Default::default());
        *title == format!("leave out `{}`", irc::cel::print(&ast))
    })
}
