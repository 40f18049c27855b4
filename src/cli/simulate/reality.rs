//! Answers of a log, beside what is predicted.

use super::work::Job;
use crate::cel::Value;
use crate::compile::Plan;
use crate::render::decision::{Record, Told};
use crate::render::reality::{Compared, compared};
use crate::render::summary::Disagreement;
use crate::simulate::{self, Agreement, Agreements, Decision, Kind, Request, Response, Usage, usage_of};

/// How many disagreements are shown with their traces.
const SHOWN: usize = 5;

/// What a record says of its answer.
pub(super) enum Answer {
    Read(Box<Response>),
    /// There is none.
    Missing,
    /// Why it is none.
    Unreadable(String),
}

/// How predictions and answers agree.
#[derive(Default)]
pub(super) struct Reality {
    pub(super) sums: Agreements,
    /// The first disagreements, in order.
    pub(super) first: Vec<Disagreement>,
}

impl Answer {
    /// The answer that stands in a record, and the tokens that it tells of.
    pub(super) fn of(job: &Job<'_>, record: &Value) -> (Answer, Option<Usage>) {
        let found = job.answer.within(record, job.assumed.numbers);
        let value = match &found {
            Ok(value) if !matches!(value, Value::Null) => value,
            _ => return (Answer::Missing, None),
        };
        let usage = match value {
            Value::Map(answer) => usage_of(answer),
            _ => None,
        };
        match Response::from_value(value) {
            Ok(response) => (Answer::Read(Box::new(response)), usage),
            Err(error) => (Answer::Unreadable(error.to_string()), usage),
        }
    }
}

impl Reality {
    /// Adds what came of the records behind.
    pub(super) fn merge(&mut self, other: Reality) {
        self.sums.merge(other.sums);
        self.first.extend(other.first);
        self.first.truncate(SHOWN);
    }

    /// Compares a decision with the answer of its record.
    pub(super) fn compare(
        &mut self,
        job: &Job<'_>,
        plan: &Plan,
        request: &Request,
        told: &Told<'_>,
        answer: &Answer,
        index: u64,
    ) -> Option<Compared> {
        let response = match answer {
            Answer::Read(response) => response,
            Answer::Missing => {
                self.sums.unanswered += 1;
                return None;
            }
            Answer::Unreadable(reason) => {
                self.sums.unreadable.count(reason.clone(), index);
                return None;
            }
        };
        let decision: &Decision<'_> = told.decision;
        let agreement = simulate::compare(plan, request, decision, response);
        self.sums.count(&plan.router, &agreement, index);
        let really = compared(&agreement, response);
        let differs = matches!(&agreement, Agreement::Differs { kind, .. } if *kind != Kind::Refused);
        if differs && self.first.len() < SHOWN {
            let trace = simulate::trace(plan, request, decision, &job.assumed, job.content);
            let told = Told { trace: Some(&trace), ..*told };
            let decision = Record::new(index, plan, &told).into_owned();
            self.first.push(Disagreement { decision, really: really.clone() });
        }
        Some(really)
    }
}
