//! What a thread does with each record.

use std::sync::Arc;

use indexmap::IndexMap;

use super::reality::{Answer, Reality};
use crate::catalogue::Catalogue;
use crate::catalogue::assumptions::Assumed;
use crate::cel::Value;
use crate::cli::requests::{Chunk, RequestField};
use crate::compile::{Chain, Plan, Route, Variant};
use crate::diag::Switches;
use crate::render::Options;
use crate::render::decision::{self, Lines, Record, Sent, Told};
use crate::render::summary::Elsewhere;
use crate::simulate::{
    self, Bill, Charged, Decision, Draw, Loads, Outages, Outcome, Prices, Rates, Reader, Request,
    RouterTotals, Survival, Usage, Workspace, minute_of, usage_of,
};

/// What all threads work by.
pub(super) struct Job<'a> {
    pub(super) plans: &'a [Plan],
    pub(super) catalogue: &'a Catalogue,
    /// Which findings about requests are told.
    pub(super) rules: &'a Switches,
    pub(super) assumed: Assumed,
    pub(super) seed: u64,
    /// The index of the first record.
    pub(super) first: u64,
    pub(super) outages: Outages,
    /// Each provider that is to fail in turn, with what is down then.
    pub(super) each: Vec<(Arc<str>, Outages)>,
    /// Whether what comes to each provider is counted.
    pub(super) loads: bool,
    pub(super) costs: Costs<'a>,
    /// The way to the request within a record.
    pub(super) field: RequestField<'a>,
    /// The way to the answer of a record; empty where answers are not looked at.
    pub(super) answer: RequestField<'a>,
    /// The way to the time of a record; none where times are not looked at.
    pub(super) time: RequestField<'a>,
    pub(super) explain: bool,
    /// Whether to tell what goes with a request to the model.
    pub(super) render: bool,
    /// Whether what users said may be printed.
    pub(super) content: bool,
    /// Whether a record without messages had some that the log leaves out.
    pub(super) without_messages: bool,
    pub(super) print: Print,
    /// Whether a bad record ends the run.
    pub(super) fail: bool,
}

/// What costs are made of.
pub(super) struct Costs<'a> {
    pub(super) prices: Prices<'a>,
    /// Whether tokens are estimated that the log does not tell.
    pub(super) estimate: bool,
    /// How many tokens an answer is taken to have.
    pub(super) output: Option<u64>,
    /// The model that all is compared with.
    pub(super) baseline: Option<(&'a str, Rates)>,
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
    reader: Reader,
    /// As many as are read before they are decided.
    requests: Vec<Request>,
    desk: Desk,
}

/// What deciding takes.
pub(super) struct Desk {
    /// One for each plan.
    spaces: Vec<Workspace>,
    lines: Lines,
}

/// How many requests are read before they are decided. To read and to decide each take about as much code as lies next to
/// a processor: in turn for every request, each would push the other out.
const BATCH: usize = 32;

/// How many bytes of lines are read before they are decided: what is read is to lie next to the processor, too.
const BATCH_BYTES: usize = 32 << 10;

impl Worker {
    pub(super) fn new(job: &Job<'_>) -> Self {
        Self {
            reader: Reader::new(job.plans, job.assumed.numbers),
            requests: (0..BATCH).map(|_| Request::default()).collect(),
            desk: Desk::new(job),
        }
    }
}

impl Desk {
    pub(super) fn new(job: &Job<'_>) -> Self {
        Self { spaces: job.plans.iter().map(Workspace::new).collect(), lines: Lines::default() }
    }
}

/// What came of some of the records.
pub(super) struct Part {
    /// How many; while they are decided, how many come before the next one.
    pub(super) records: u64,
    pub(super) bad: u64,
    pub(super) elsewhere: Elsewhere,
    pub(super) totals: Vec<RouterTotals>,
    pub(super) loads: Loads,
    pub(super) survivals: Vec<Survival>,
    pub(super) reality: Reality,
    /// In order.
    pub(super) assumptions: Vec<&'static str>,
    /// What was wrong with records that were passed over, with their lines.
    pub(super) complaints: Vec<String>,
    /// What ends the run.
    pub(super) fault: Option<String>,
}

/// How many different routers that are not there are told apart.
const MOST_ROUTERS: usize = 100;

impl Part {
    pub(super) fn new(job: &Job<'_>) -> Self {
        Self {
            records: 0,
            bad: 0,
            elsewhere: Elsewhere::default(),
            totals: job.plans.iter().map(RouterTotals::new).collect(),
            loads: Loads::default(),
            survivals: vec![Survival::default(); job.each.len()],
            reality: Reality::default(),
            assumptions: Vec::new(),
            complaints: Vec::new(),
            fault: None,
        }
    }

    fn rests_on(&mut self, assumption: &'static str) {
        // Nearly always it is one that is there already.
        if self.assumptions.iter().any(|known| std::ptr::eq(*known, assumption)) {
            return;
        }
        if let Err(at) = self.assumptions.binary_search(&assumption) {
            self.assumptions.insert(at, assumption);
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
        self.loads.merge(other.loads);
        self.survivals.iter_mut().zip(other.survivals).for_each(|(mine, theirs)| mine.merge(theirs));
        self.reality.merge(other.reality);
        other.assumptions.iter().for_each(|id| self.rests_on(id));
    }
}

fn elsewhere(routers: &mut IndexMap<String, u64>, name: String, count: u64) {
    let name =
        if routers.len() < MOST_ROUTERS || routers.contains_key(&name) { name } else { "…".to_owned() };
    *routers.entry(name).or_default() += count;
}

/// What stands in a record beside the request.
#[derive(Default)]
struct Beside {
    /// The minute of its time, where times are looked at; none within if it tells none.
    minute: Option<Option<i64>>,
    /// Its answer, where answers are looked at.
    answer: Option<Answer>,
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
    /// Decides the lines of a piece of a log.
    pub(super) fn lines(&self, worker: &mut Worker, chunk: &Chunk, part: &mut Part, out: &mut Vec<u8>) {
        let Worker { reader, requests, desk } = worker;
        // The reader builds only what conditions look at.
        let simple = self.field.is_whole()
            && self.time.is_whole()
            && self.answer.is_whole()
            && !self.explain
            && !self.render;
        let (text, mut at) = (chunk.text(), 0);
        while chunk.line(at).is_some() {
            let mut read = [false; BATCH];
            let (mut end, mut room) = (at, BATCH_BYTES);
            for (request, read) in requests.iter_mut().zip(&mut read) {
                let Some((_, line)) = chunk.line(end).filter(|(_, line)| end == at || line.len() <= room)
                else {
                    break;
                };
                room = room.saturating_sub(line.len());
                *read = simple
                    && chunk.line_of(text, end).is_some_and(|text| reader.read(text, request).is_some())
                    && (!self.costs.estimate || request.usage.is_some());
                end += 1;
            }
            for ((at, read), request) in (at..end).zip(read).zip(requests.iter_mut()) {
                if part.fault.is_some() {
                    return;
                }
                if read {
                    self.request(desk, request, &Beside::default(), part, out);
                } else if let Some((number, line)) = chunk.line(at) {
                    match simulate::parse_json(&String::from_utf8_lossy(line), self.assumed.numbers) {
                        Ok(value) => self.value(desk, &value, Some(number), part, out),
                        Err(error) => self.refuse(&error.to_string(), Some(number), part, out),
                    }
                }
            }
            at = end;
        }
    }

    /// Decides a record.
    pub(super) fn value(
        &self,
        desk: &mut Desk,
        record: &Value,
        number: Option<u64>,
        part: &mut Part,
        out: &mut Vec<u8>,
    ) {
        if part.fault.is_some() {
            return;
        }
        let beside: Vec<&str> = [self.time.top(), self.answer.top()]
            .into_iter()
            .flatten()
            .filter(|_| self.field.is_whole())
            .collect();
        let within = self.field.within(record, self.assumed.numbers);
        let request = within.and_then(|v| Request::from_log(&v, &beside).map_err(|error| error.to_string()));
        match request {
            Ok(mut request) => {
                // A log that wraps requests tells beside them how long they were.
                if let Value::Map(record) = record {
                    request.usage = request.usage.or_else(|| usage_of(record));
                }
                let time = || self.time.find(record, self.assumed.numbers).ok();
                let minute = (!self.time.is_whole()).then(|| time().and_then(|time| minute_of(&time)));
                let answer = (!self.answer.is_whole()).then(|| {
                    let (answer, usage) = Answer::of(self, record);
                    request.usage = request.usage.or(usage);
                    answer
                });
                self.request(desk, &mut request, &Beside { minute, answer }, part, out);
            }
            Err(reason) => self.refuse(&reason, number, part, out),
        }
    }

    fn request(
        &self,
        desk: &mut Desk,
        request: &mut Request,
        beside: &Beside,
        part: &mut Part,
        out: &mut Vec<u8>,
    ) {
        request.messages_known = !(self.without_messages && request.silent);
        let request = &*request;
        let at = match self.place(request) {
            Place::Router(at) => at,
            other => return self.pass_over(request, &other, part, out),
        };
        let (Some(plan), Some(space), Some(totals)) =
            (self.plans.get(at), desk.spaces.get_mut(at), part.totals.get_mut(at))
        else {
            return;
        };
        let index = self.next(&mut part.records);
        let draw = Draw { seed: self.seed, index };
        let own;
        let mut decision = simulate::decide(plan, request, draw, &self.assumed, space);
        let variant = decision.variant;
        if let Some((brought, variant)) = request.own.as_deref().zip(variant) {
            own = variant.chain_for(brought, self.catalogue);
            decision = decision.along(&own);
        }
        let attempts = self.outages.attempts(decision.plan, self.seed, index);
        let mut findings = simulate::findings(plan, request, &decision);
        let mut sent = None;
        if let Some(variant) = variant.filter(|_| self.render) {
            let parameters = &variant.parameters;
            let prompt = simulate::render(parameters, &request.prompt_variables(), self.content);
            simulate::prompt_findings(request, parameters, &prompt, &mut findings);
            decision.rests_on(parameters.replaces_templates, "A10");
            decision.rests_on(!prompt.missing.is_empty(), "A12");
            sent = Some(Sent::new(request, parameters, &prompt));
        }
        findings.retain(|finding| self.rules.is_on(finding.rule));
        let usage = self.usage(request, variant);
        let routed = decision.route.zip(variant);
        let bill = routed.zip(usage).map(|((route, variant), usage)| {
            self.bill(request, (route, variant), &decision, (&self.outages, &attempts), usage)
        });
        if self.loads && routed.is_some() {
            part.loads.count(&attempts, bill.as_ref().map(|bill| bill.usage.total()), beside.minute);
        }
        if let Some((route, variant)) = routed {
            for ((provider, outages), survival) in self.each.iter().zip(&mut part.survivals) {
                let attempts = outages.attempts(decision.plan, self.seed, index);
                let bill = usage.map(|usage| {
                    self.bill(request, (route, variant), &decision, (outages, &attempts), usage)
                });
                survival.count(provider, index, &attempts, bill.as_ref());
            }
        }
        let outcome = Outcome {
            index,
            decision: &decision,
            attempts: &attempts,
            findings: &findings,
            silent: request.silent,
            bill: bill.as_ref(),
        };
        totals.count(plan, &outcome);
        decision.assumptions.iter().for_each(|id| part.rests_on(id));
        let unpriced =
            if bill.is_some() && self.prints(index) { self.unpriced(&decision) } else { Vec::new() };
        let mut told = Told {
            bill: bill.as_ref().map(|bill| (bill, unpriced.as_slice())),
            decision: &decision,
            attempts: &attempts,
            findings: &findings,
            sent: sent.as_ref(),
            really: None,
            trace: None,
        };
        let really = match &beside.answer {
            Some(answer) => part.reality.compare(self, plan, request, &told, answer, index),
            None => None,
        };
        if self.prints(index) {
            let trace =
                self.explain.then(|| simulate::trace(plan, request, &decision, &self.assumed, self.content));
            told.really = really.as_ref();
            told.trace = trace.as_ref();
            match self.print {
                // Writing to memory does not fail.
                Print::Lines => drop(desk.lines.write(index, plan, &told, out)),
                _ => self.print(&Record::new(index, plan, &told), out),
            }
        }
        space.reuse(decision);
    }

    /// How long a request is: as the log tells, else estimated where that is asked for.
    fn usage(&self, request: &Request, variant: Option<&Variant>) -> Option<Usage> {
        request.usage.or_else(|| {
            let parameters = &variant.filter(|_| self.costs.estimate)?.parameters;
            request.estimate(parameters, self.costs.output)
        })
    }

    fn bill(
        &self,
        request: &Request,
        (route, variant): (&Route, &Variant),
        decision: &Decision<'_>,
        (outages, attempts): (&Outages, &simulate::Attempts<'_>),
        usage: Usage,
    ) -> Bill {
        let baseline = self.costs.baseline.map(|(_, rates)| rates);
        let charged = Charged { chain: decision.plan, attempts, outages, usage, baseline };
        let others = route.variants.iter().filter(|v| !v.slots.is_empty() && !std::ptr::eq(*v, variant));
        let prices = &self.costs.prices;
        match &request.own {
            None => prices.bill(&charged, others.map(|variant| variant.chain.ranks.as_slice())),
            Some(own) => {
                let chains: Vec<Chain> = others.map(|v| v.chain_for(own, self.catalogue)).collect();
                prices.bill(&charged, chains.iter().map(|chain| chain.ranks.as_slice()))
            }
        }
    }

    /// The candidates of any variant whose price is not known.
    fn unpriced(&self, decision: &Decision<'_>) -> Vec<String> {
        let mut out = self.costs.prices.unpriced(decision.plan);
        let variants = decision.route.iter().flat_map(|route| &route.variants);
        for variant in variants.filter(|variant| !variant.slots.is_empty()) {
            out.extend(self.costs.prices.unpriced(&variant.chain.ranks));
        }
        out.sort();
        out.dedup();
        out
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

    fn print(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        // Writing to memory does not fail.
        let _ = match &self.print {
            Print::Nothing => Ok(()),
            Print::Lines => decision::jsonl(record, out),
            Print::People { options, .. } => decision::human(record, options, out),
        };
    }
}
