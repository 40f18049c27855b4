//! Against all requests: small routers over small domains, each request decided by the simulator.

use super::*;
use irc::diag::Severity;

/// A small generator of numbers, so that the routers are the same everywhere.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    pub(super) fn condition(&mut self, depth: u32) -> String {
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
pub(super) fn metadata(required: [bool; 3]) -> String {
    let [tier, n, flag] = required;
    format!(
        "tier: {{type: string, enum: [a, ab, b], required: {tier}}}\nn: {{type: int, min: 0, max: 2, required: {n}}}\n\
         flag: {{type: bool, required: {flag}}}\nx: {{type: int, enum: [0, 1]}}\n\
         m: {{type: map, fields: {{k: {{type: int, enum: [1, 2]}}}}}}"
    )
}

pub(super) fn requests(required: [bool; 3]) -> Vec<String> {
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
        let metadata = metadata([1, 2, 4].map(|bit| bits & bit != 0));
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
}
