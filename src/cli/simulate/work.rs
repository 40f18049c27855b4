//! What a thread does with each record.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::catalogue::assumptions::Assumed;
use crate::cel::Value;
use crate::cli::requests::RequestField;
use crate::compile::Plan;
use crate::render::Options;
use crate::render::decision::{self, Record};
use crate::render::summary::{Elsewhere, RouterSummary, Summary};
use crate::simulate::{self, Draw, Outages, Outcome, Reader, Request, RouterTotals, Workspace};

/// What all threads work by.
pub(super) struct Job<'a> {
    pub(super) plans: &'a [Plan],
    pub(super) assumed: Assumed,
    pub(super) seed: u64,
    /// The index of the first record.
    pub(super) first: u64,
    pub(super) outages: Outages,
    /// The way to the request within a record.
    pub(super) field: RequestField<'a>,
    pub(super) explain: bool,
    pub(super) print: Print,
    /// Whether a bad record ends the run.
    pub(super) fail: bool,
}

/// Which decisions are printed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Print {
    Nothing,
    /// One JSON object a line.
    Lines,
    /// For people, up to so many.
    People {
        most: u64,
        options: Options,
    },
}

/// What a thread needs for itself.
pub(super) struct Worker {
    /// One for each plan.
    spaces: Vec<Workspace>,
    reader: Reader,
}

impl Worker {
    pub(super) fn new(job: &Job<'_>) -> Self {
        Self {
            spaces: job.plans.iter().map(Workspace::new).collect(),
            reader: Reader::new(job.plans, job.assumed.numbers),
        }
    }
}

/// What came of some of the records.
pub(super) struct Part {
    /// How many; while they are decided, how many come before the next one.
    pub(super) records: u64,
    pub(super) bad: u64,
    elsewhere: Elsewhere,
    totals: Vec<RouterTotals>,
    pub(super) assumptions: BTreeSet<&'static str>,
    /// What was wrong with records that were passed over, with their lines.
    pub(super) complaints: Vec<String>,
    /// What ends the run.
    pub(super) fault: Option<String>,
}

/// How many different routers that are not there are told apart.
const MOST_ROUTERS: usize = 100;

impl Part {
    pub(super) fn new(plans: &[Plan]) -> Self {
        Self {
            records: 0,
            bad: 0,
            elsewhere: Elsewhere::default(),
            totals: plans.iter().map(RouterTotals::new).collect(),
            assumptions: BTreeSet::new(),
            complaints: Vec::new(),
            fault: None,
        }
    }

    pub(super) fn merge(&mut self, other: Part) {
        self.records += other.records;
        self.bad += other.bad;
        self.elsewhere.auto += other.elsewhere.auto;
        self.elsewhere.pinned += other.elsewhere.pinned;
        self.elsewhere.unnamed += other.elsewhere.unnamed;
        for (name, count) in other.elsewhere.routers {
            elsewhere(&mut self.elsewhere.routers, name, count);
        }
        self.totals.iter_mut().zip(other.totals).for_each(|(mine, theirs)| mine.merge(theirs));
        self.assumptions.extend(other.assumptions);
    }

    pub(super) fn summary(&self, plans: &[Plan]) -> Summary {
        Summary {
            version: 1,
            records: self.records,
            bad: self.bad,
            elsewhere: self.elsewhere.clone(),
            routers: plans.iter().zip(&self.totals).map(|(p, t)| RouterSummary::new(p, t, false)).collect(),
            assumptions: self.assumptions.iter().map(|id| (*id).to_owned()).collect(),
        }
    }
}

fn elsewhere(routers: &mut IndexMap<String, u64>, name: String, count: u64) {
    let name =
        if routers.len() < MOST_ROUTERS || routers.contains_key(&name) { name } else { "…".to_owned() };
    *routers.entry(name).or_default() += count;
}

/// Where a request belongs.
enum Place {
    Router(usize),
    Auto,
    Pinned,
    Unknown(String),
    Unnamed,
}

impl Job<'_> {
    /// Decides a line of a log.
    pub(super) fn line(
        &self,
        worker: &mut Worker,
        line: &[u8],
        number: u64,
        part: &mut Part,
        out: &mut Vec<u8>,
    ) {
        if part.fault.is_some() {
            return;
        }
        let text = String::from_utf8_lossy(line);
        // A trace may show any part of a request, and the reader builds only what conditions look at.
        if self.field.is_whole()
            && !self.explain
            && let Some(request) = worker.reader.read(&text)
        {
            return self.request(&mut worker.spaces, request, part, out);
        }
        match simulate::parse_json(&text, self.assumed.numbers) {
            Ok(value) => self.value(worker, &value, Some(number), part, out),
            Err(error) => self.refuse(&error.to_string(), Some(number), part, out),
        }
    }

    /// Decides a record.
    pub(super) fn value(
        &self,
        worker: &mut Worker,
        record: &Value,
        number: Option<u64>,
        part: &mut Part,
        out: &mut Vec<u8>,
    ) {
        if part.fault.is_some() {
            return;
        }
        let within = self.field.within(record, self.assumed.numbers);
        let request = within.and_then(|v| Request::from_value(&v).map_err(|error| error.to_string()));
        match request {
            Ok(request) => self.request(&mut worker.spaces, &request, part, out),
            Err(reason) => self.refuse(&reason, number, part, out),
        }
    }

    fn request(&self, spaces: &mut [Workspace], request: &Request, part: &mut Part, out: &mut Vec<u8>) {
        let at = match self.place(request) {
            Place::Router(at) => at,
            other => return self.pass_over(request, &other, part, out),
        };
        let (Some(plan), Some(space), Some(totals)) =
            (self.plans.get(at), spaces.get_mut(at), part.totals.get_mut(at))
        else {
            return;
        };
        let index = self.next(&mut part.records);
        let draw = Draw { seed: self.seed, index };
        let decision = simulate::decide(plan, request, draw, &self.assumed, space);
        let attempts = self.outages.attempts(decision.plan, self.seed, index);
        let findings = simulate::findings(plan, request);
        let outcome =
            Outcome { index, decision: &decision, attempts: &attempts, findings: &findings, bill: None };
        totals.count(plan, &outcome);
        part.assumptions.extend(&decision.assumptions);
        if self.prints(index) {
            let trace = self.explain.then(|| simulate::trace(plan, request, &decision, &self.assumed));
            self.print(&Record::new(index, plan, &decision, &attempts, &findings, trace.as_ref()), out);
        }
        space.reuse(decision);
    }

    /// Which router a request is for. With a single definition every request is for it.
    fn place(&self, request: &Request) -> Place {
        if self.plans.len() == 1 {
            return Place::Router(0);
        }
        match request.model.as_deref() {
            None => Place::Unnamed,
            Some("auto") => Place::Auto,
            Some(model) => match model.strip_prefix("inworld/").filter(|name| !name.contains('/')) {
                None => Place::Pinned,
                Some(name) => match self.plans.iter().position(|plan| *plan.router == *name) {
                    Some(at) => Place::Router(at),
                    None => Place::Unknown(name.to_owned()),
                },
            },
        }
    }

    /// Counts a request that is for none of the routers.
    fn pass_over(&self, request: &Request, place: &Place, part: &mut Part, out: &mut Vec<u8>) {
        let index = self.next(&mut part.records);
        let asked = request.model.as_deref().unwrap_or_default();
        let reason = match place {
            Place::Router(_) => return,
            Place::Auto => {
                part.elsewhere.auto += 1;
                "the request is for `auto`, not for a router".to_owned()
            }
            Place::Pinned => {
                part.elsewhere.pinned += 1;
                format!("the request is for the model `{asked}`, not for a router")
            }
            Place::Unknown(name) => {
                elsewhere(&mut part.elsewhere.routers, name.clone(), 1);
                format!("the request is for the router `{name}`, which is not here")
            }
            Place::Unnamed => {
                part.elsewhere.unnamed += 1;
                "the request does not say for which router it is: write `model: inworld/<name>`".to_owned()
            }
        };
        if self.prints(index) {
            self.print(&Record::elsewhere(index, &reason), out);
        }
    }

    /// Tells of a record that is no request.
    pub(super) fn refuse(&self, reason: &str, number: Option<u64>, part: &mut Part, out: &mut Vec<u8>) {
        let index = self.next(&mut part.records);
        part.bad += 1;
        let place = number.map_or_else(|| format!("record {index}: "), |number| format!("{number}: "));
        if self.fail {
            part.fault = Some(format!("{place}{reason}"));
        } else if self.prints(index) {
            self.print(&Record::bad(index, reason), out);
        } else {
            part.complaints.push(format!("{place}{reason}"));
        }
    }

    /// Counts a record, and says which one of the run it is.
    fn next(&self, records: &mut u64) -> u64 {
        let index = self.first.saturating_add(*records);
        *records += 1;
        index
    }

    fn prints(&self, index: u64) -> bool {
        match self.print {
            Print::Nothing => false,
            Print::Lines => true,
            Print::People { most, .. } => index.saturating_sub(self.first) < most,
        }
    }

    fn print(&self, record: &Record, out: &mut Vec<u8>) {
        // Writing to memory does not fail.
        let _ = match &self.print {
            Print::Nothing => Ok(()),
            Print::Lines => decision::jsonl(record, out),
            Print::People { options, .. } => decision::human(record, options, out),
        };
    }
}
