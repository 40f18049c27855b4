//! Against all requests: small routers over small domains, each request decided by the simulator.

use super::*;
use irc::diag::Severity;

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

/// How many routers are made; each is decided for some hundreds of requests.
const ROUTERS: u64 = 2_000;

#[test]
fn agrees_with_the_simulator_about_every_request() {
    let catalogue = Catalogue::embedded();
    let options = irc::Options::new(&catalogue);
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let (mut unreachable, mut always_false, mut checked_routes, mut holes) = (0, 0, 0, 0);
    let (mut lost, mut redundant) = (0, 0);
    let all: Vec<Vec<Request>> = (0..8_u8)
        .map(|bits| {
            let texts = requests([bits & 1 != 0, bits & 2 != 0, bits & 4 != 0]);
            texts
                .iter()
                .map(|t| Request::from_value(&parse_json(t, Numbers::default()).unwrap()).unwrap())
                .collect()
        })
        .collect();
    for _ in 0..ROUTERS {
        let bits = random.below(8);
        let required = |bit: u64| bits & bit != 0;
        let metadata = format!(
            "tier: {{type: string, enum: [a, ab, b], required: {}}}\nn: {{type: int, min: 0, max: 2, required: {}}}\n\
             flag: {{type: bool, required: {}}}\nx: {{type: int, enum: [0, 1]}}\n\
             m: {{type: map, fields: {{k: {{type: int, enum: [1, 2]}}}}}}",
            required(1),
            required(2),
            required(4)
        );
        let count = 1 + random.below(4);
        let conditions: Vec<String> = (0..count).map(|_| random.condition(2)).collect();
        let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
        let text = router(&metadata, &conditions);
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let loaded = irc::load(&mut sources, "router.yaml", text.clone().into_bytes(), &options);
        let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
        let Some(checked) = file.definitions.first().filter(|checked| checked.sound) else { continue };
        let plan = compile::compile(checked, &catalogue).unwrap();
        let mut space = Workspace::new(&plan);
        let draw = Draw { seed: 0, index: 0 };
        let mut reached = vec![0; conditions.len() + 1];
        for request in &all[usize::try_from(bits).unwrap()] {
            let decision = decide(&plan, request, draw, &Assumed::default(), &mut space);
            reached[decision.position.unwrap_or(conditions.len())] += 1;
        }
        let found = sink.finish(&file.suppressions);
        let dead = |index: usize| {
            let route = format!("r{index}");
            found.iter().any(|d| {
                d.severity == Severity::Error
                    && d.meta.code.starts_with("IRC8")
                    && d.subject.route.as_deref() == Some(&route)
            })
        };
        for index in 0..conditions.len() {
            assert_eq!(dead(index), reached[index] == 0, "r{index}: {reached:?}\n{text}\n{found:#?}");
            checked_routes += 1;
            unreachable += u32::from(reached[index] == 0);
        }
        let named = |name: &str| found.iter().any(|d| d.meta.name == name);
        always_false += u32::from(named("condition-always-false"));
        for finding in &found {
            match finding.meta.name {
                "lost-when-missing" => {
                    lost += 1;
                    is_lost(finding, &plan, &text);
                }
                "redundant-condition" => {
                    redundant += 1;
                    let Some(fix) = finding.fixes.first() else { continue };
                    let without = irc::diag::apply(&text, finding.span.file, &fix.edits).unwrap();
                    let (mut sources, mut sink) = (Sources::new(), Sink::new());
                    let loaded =
                        irc::load(&mut sources, "router.yaml", without.clone().into_bytes(), &options);
                    let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
                    let other = compile::compile(&file.definitions[0], &catalogue).unwrap();
                    let mut beside = Workspace::new(&other);
                    for request in &all[usize::try_from(bits).unwrap()] {
                        let before = decide(&plan, request, draw, &Assumed::default(), &mut space);
                        let after = decide(&other, request, draw, &Assumed::default(), &mut beside);
                        assert_eq!(before.position, after.position, "{request:?}\n{text}\n{without}");
                    }
                }
                _ => {}
            }
        }
        let no_default = named("default-unreachable") || named("condition-always-true");
        let silent = named("unreachable-route") || conditions.last() == Some(&"true");
        if reached[conditions.len()] > 0 {
            assert!(!no_default, "{reached:?}\n{text}\n{found:#?}");
            holes += 1;
        } else {
            assert!(no_default || silent, "{reached:?}\n{text}\n{found:#?}");
        }
    }
    // The routers are worth the time: all sides occur.
    assert!(unreachable > 200 && always_false > 50 && holes > 200, "{unreachable} {always_false} {holes}");
    assert!(checked_routes > 2_000, "{checked_routes}");
    assert!(lost > 200 && redundant > 200, "{lost} {redundant}");
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

/// The request lacks the key, its route's condition fails, and it goes where the message says.
fn is_lost(finding: &irc::diag::Diagnostic, plan: &Plan, text: &str) {
    let words: Vec<&str> = finding.message.split('`').skip(1).step_by(2).collect();
    let witness = finding.witness.as_deref().unwrap();
    let request = Request::from_value(&parse_json(witness, Numbers::default()).unwrap()).unwrap();
    let (key, inside) =
        words[0].split_once('.').map_or((words[0], None), |(key, inside)| (key, Some(inside)));
    let there = match (request.metadata(key), inside) {
        (Some(irc::cel::Value::Map(map)), Some(inside)) => map.get_str(inside).is_some(),
        (value, _) => value.is_some(),
    };
    assert!(!there, "{finding:?}\n{text}");
    let mut space = Workspace::new(plan);
    let decision = decide(plan, &request, Draw { seed: 0, index: 0 }, &Assumed::default(), &mut space);
    let route: usize = words[1].strip_prefix('r').unwrap().parse().unwrap();
    assert!(matches!(decision.verdicts[route], irc::cel::program::Verdict::Error(_)), "{finding:?}\n{text}");
    assert_eq!(&*decision.route.unwrap().id, words[2], "{text}");
}
