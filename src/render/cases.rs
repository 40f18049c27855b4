//! Cases as a `tests:` block, as one JSON object, and as bare requests, one a line.

use std::fmt::Write as _;
use std::io::{self, Write};

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{escape, wrap, yaml};
use crate::analyze::cases::{Case, Cases, Gap, Outcome, Point, What};
use crate::diag::suggest::and_list;

/// The output of `irc cases --format json`.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Listing {
    /// The version of this shape.
    pub version: u32,
    /// Bare name of the router.
    pub router: String,
    /// In the order of the routes that they take.
    pub cases: Vec<ListedCase>,
    /// What no request can show, proved.
    pub impossible: Vec<ListedGap>,
    /// What was neither shown nor excluded.
    pub undecided: Vec<ListedGap>,
    /// Ids of the assumptions about the service that the outcomes rest on.
    pub assumptions: Vec<String>,
}

/// A request and what becomes of it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ListedCase {
    /// What it shows, in a few words; no other case has the same.
    pub name: String,
    /// The request, in the bare form.
    pub request: Json,
    /// What becomes of it today, in the shape that `expect` of a test has.
    pub expect: Expect,
    /// What it shows that no case before it does.
    pub shows: Vec<ListedPoint>,
}

/// What becomes of a request.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Expect {
    /// Id of the route; null where no route matches.
    pub route: Option<String>,
    /// Percent of each variant, where there are several.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub shares: IndexMap<String, u32>,
    /// The model of the first attempt, where it is certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// Something that a request can show.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ListedPoint {
    /// Id of the route; null for requests that take none.
    pub route: Option<String>,
    /// The text of a part of its condition; absent for the route itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// What the route or the part comes to.
    pub what: ListedWhat,
    /// With `number`: what the part compares is this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<f64>,
}

/// What a route or a part of a condition comes to.
#[derive(Clone, Copy, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ListedWhat {
    /// The route is taken.
    Taken,
    /// The part is true.
    True,
    /// The part is false.
    False,
    /// The part has no value, for something that it reads is absent.
    NoValue,
    /// What the part compares is a number on one side of its bound.
    Number,
}

/// Something that no case shows.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ListedGap {
    /// What it is.
    #[serde(flatten)]
    pub point: ListedPoint,
    /// That and why, as a sentence.
    pub reason: String,
}

impl Listing {
    /// Of a router.
    pub fn new(router: &str, cases: &Cases) -> Self {
        let case = |case: &Case| ListedCase {
            name: case.name.clone(),
            request: request(case),
            expect: expect(&case.outcome),
            shows: case.shows.iter().map(point).collect(),
        };
        let gap = |gap: &Gap| ListedGap { point: point(&gap.point), reason: gap.reason.clone() };
        Self {
            version: 1,
            router: router.to_owned(),
            cases: cases.cases.iter().map(case).collect(),
            impossible: cases.impossible.iter().map(gap).collect(),
            undecided: cases.undecided.iter().map(gap).collect(),
            assumptions: cases.assumptions.iter().map(|id| (*id).to_owned()).collect(),
        }
    }
}

fn request(case: &Case) -> Json {
    // It was JSON when it was found.
    case.request.to_json().unwrap_or_default()
}

fn expect(outcome: &Outcome) -> Expect {
    Expect {
        route: outcome.route.clone(),
        shares: outcome.shares.iter().cloned().collect(),
        model: outcome.model.clone(),
    }
}

fn point(point: &Point) -> ListedPoint {
    let (what, number) = match point.what {
        What::Taken => (ListedWhat::Taken, None),
        What::True => (ListedWhat::True, None),
        What::False => (ListedWhat::False, None),
        What::NoValue => (ListedWhat::NoValue, None),
        What::At(number) => (ListedWhat::Number, Some(number)),
    };
    ListedPoint { route: point.route.clone(), part: point.part.clone(), what, number }
}

/// One JSON object.
pub fn json(router: &str, cases: &Cases, out: &mut dyn Write) -> io::Result<()> {
    super::json::pretty(&Listing::new(router, cases), out)
}

/// The requests alone, one a line.
pub fn jsonl(cases: &Cases, out: &mut dyn Write) -> io::Result<()> {
    cases.cases.iter().try_for_each(|case| {
        super::json::compact(&request(case), out)?;
        out.write_all(b"\n")
    })
}

/// A `tests:` block, and as comments what no request shows.
pub fn tests(cases: &Cases, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::from(if cases.cases.is_empty() { "tests: []\n" } else { "tests:\n" });
    for case in &cases.cases {
        // Writing to a string does not fail.
        let _ = writeln!(text, "  - name: {}", yaml::scalar(&case.name));
        yaml::entry("request", &request(case), 4, &mut text);
        yaml::entry("expect", &json!(expect(&case.outcome)), 4, &mut text);
    }
    for (head, gaps) in [("No request shows these:", &cases.impossible), ("Not decided:", &cases.undecided)] {
        if !gaps.is_empty() {
            let _ = writeln!(text, "# {head}");
        }
        for gap in gaps {
            let reason = wrap(&escape::line(&gap.reason), 96, 0);
            for (at, line) in reason.lines().enumerate() {
                let _ = writeln!(text, "# {} {line}", if at == 0 { "*" } else { " " });
            }
        }
    }
    if let Some(first) = cases.assumptions.first() {
        let rests = and_list(&cases.assumptions).replace('`', "");
        let _ = writeln!(text, "# What is expected rests on {rests}: irc explain {first}");
    }
    out.write_all(text.as_bytes())
}
