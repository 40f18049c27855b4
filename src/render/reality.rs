//! Answers of the service: what one says of itself, and whether it came about as predicted.

use std::io::{self, Write};

use serde::Serialize;

use super::ink::Ink;
use super::{Options, escape};
use crate::simulate::{Agreement, Fit, Kind, Response};

/// What `irc explain-response --format json` prints.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Explained {
    /// The version of this shape.
    pub version: u32,
    /// The model that answered; null if none did.
    pub model: Option<String>,
    /// The attempts, in order; empty where the answer does not report them.
    pub attempts: Vec<Attempt>,
    /// What the service calls this answer.
    pub generation_id: Option<String>,
    /// Why the service chose as it did, in its own words.
    pub reasoning: Option<String>,
    /// Milliseconds that all of it took.
    pub total_duration_ms: Option<f64>,
    /// Why there is no answer, in the words of the service.
    pub error: Option<String>,
    /// Variants of the given definitions that this answer goes along with.
    pub fits: Vec<Place>,
    /// With the request: what was predicted of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prediction: Option<Prediction>,
}

/// An attempt.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Attempt {
    /// The model.
    pub model: String,
    /// Whether it answered.
    pub success: bool,
    /// Milliseconds until its first token.
    pub time_to_first_token_ms: Option<f64>,
}

/// A variant.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Place {
    /// Bare name of the router.
    pub router: String,
    /// Id of the route.
    pub route: String,
    /// Id of the variant.
    pub variant: String,
    /// Whether another than the first of its models answered.
    pub failed_over: bool,
    /// Whether the definition leaves open which of its models is tried first.
    pub undetermined: bool,
}

/// What was predicted of the request.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Prediction {
    /// The route; null where none matches.
    pub route: Option<String>,
    /// The variant.
    pub variant: Option<String>,
    /// What became of it.
    #[serde(flatten)]
    pub compared: Compared,
}

/// What the service did, beside a prediction.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Compared {
    /// The models that were tried, in order, as far as the answer reports them.
    pub tried: Vec<String>,
    /// Whether the answer came about as predicted.
    pub agrees: bool,
    /// What is different, or differs without disagreeing.
    pub difference: Option<String>,
    /// Ids of assumptions that the difference speaks against.
    pub speaks_against: Vec<String>,
}

impl Explained {
    /// Of an answer alone.
    pub fn new(response: &Response) -> Self {
        let text = |text: &Option<std::sync::Arc<str>>| text.as_ref().map(ToString::to_string);
        let attempts = response.attempts.iter().map(|tried| Attempt {
            model: tried.model.to_string(),
            success: tried.success,
            time_to_first_token_ms: tried.first_token_ms,
        });
        Self {
            version: 1,
            model: text(&response.model).filter(|_| response.is_answered()),
            attempts: attempts.collect(),
            generation_id: text(&response.generation),
            reasoning: text(&response.reasoning),
            total_duration_ms: response.total_ms,
            error: text(&response.error),
            fits: Vec::new(),
            prediction: None,
        }
    }
}

/// What is different, in words that go on after "request 7: ".
pub fn difference(kind: &Kind) -> String {
    match kind {
        Kind::Variant(id) => format!("answered as variant `{id}` of this route would"),
        Kind::Route(id) => format!("answered as route `{id}` would"),
        Kind::Order => "the same models in another order, or some left out".to_owned(),
        Kind::EndedEarly => "ended before all of the plan was tried".to_owned(),
        Kind::NoRoute => "the service says that no route matched".to_owned(),
        Kind::Answered => "answered, though no route matches here".to_owned(),
        Kind::Refused => "refused for a reason that routing has nothing to do with".to_owned(),
        Kind::Model(id) => format!("`{id}` was tried, which nothing here would do"),
    }
}

/// A prediction beside what became of it.
pub fn compared(agreement: &Agreement, response: &Response) -> Compared {
    let (agrees, difference, against) = match agreement {
        Agreement::Agrees(_) => (true, None, &[][..]),
        Agreement::Redrawn(id) => {
            (true, Some(format!("variant `{id}` was drawn, as may be without a user")), &[][..])
        }
        Agreement::Differs { kind, against } => (false, Some(difference(kind)), against.as_slice()),
    };
    Compared {
        tried: response.tried().into_iter().map(str::to_owned).collect(),
        agrees,
        difference,
        speaks_against: against.iter().map(|id| (*id).to_owned()).collect(),
    }
}

/// A variant that an answer goes along with.
pub fn place(router: &str, route: &str, variant: &str, fit: Fit) -> Place {
    Place {
        router: router.to_owned(),
        route: route.to_owned(),
        variant: variant.to_owned(),
        failed_over: fit.failed_over,
        undetermined: fit.open,
    }
}

/// Writes an answer for people. `compared`: whether definitions were given.
pub fn human(told: &Explained, compared: bool, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink::new(options);
    let failed = told.attempts.iter().filter(|attempt| !attempt.success).count();
    match (&told.model, &told.error) {
        (_, Some(error)) => writeln!(out, "not answered: {}", ink.bad(&escape::line(error)))?,
        (Some(model), None) => {
            let model = ink.good(&escape::line(model));
            match (failed, told.attempts.is_empty()) {
                (0, false) => writeln!(out, "answered by {model}, at the first attempt")?,
                (0, true) => writeln!(out, "answered by {model}; the attempts are not reported")?,
                (1, _) => writeln!(out, "answered by {model}, after one attempt that failed")?,
                (n, _) => writeln!(out, "answered by {model}, after {n} attempts that failed")?,
            }
        }
        (None, None) => writeln!(out, "{}", ink.bad("not answered: every attempt failed"))?,
    }
    let width = told.attempts.iter().map(|a| escape::line(&a.model).chars().count()).max().unwrap_or(0);
    for (at, attempt) in told.attempts.iter().enumerate() {
        let outcome = if attempt.success { ink.good("answered") } else { ink.bad("failed") };
        let token = attempt
            .time_to_first_token_ms
            .map_or_else(String::new, |ms| format!(", first token after {}", duration(ms)));
        writeln!(out, "  {} {:width$}  {outcome}{token}", at + 1, escape::line(&attempt.model))?;
    }
    if let Some(total) = told.total_duration_ms {
        writeln!(out, "took {}", duration(total))?;
    }
    if let Some(reasoning) = &told.reasoning {
        writeln!(out, "the service says why: {}", escape::line(reasoning))?;
    }
    if let Some(generation) = &told.generation_id {
        writeln!(out, "{}", ink.dim(&format!("generation {}", escape::line(generation))))?;
    }
    if compared {
        fits(told, &ink, out)?;
    }
    if let Some(prediction) = &told.prediction {
        predicted(prediction, &ink, out)?;
    }
    Ok(())
}

fn fits(told: &Explained, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    if told.fits.is_empty() {
        return writeln!(
            out,
            "{}",
            ink.warn("no variant of these definitions would try these models in this order")
        );
    }
    let arrow = ink.arrow();
    for fit in &told.fits {
        let (router, route) = (escape::line(&fit.router), escape::line(&fit.route));
        let why = match (fit.undetermined, fit.failed_over) {
            (true, _) => " (in an order that rests on figures nobody gave)",
            (false, true) => " (as one of its fallbacks)",
            (false, false) => "",
        };
        writeln!(out, "fits {router} {arrow} {route} {arrow} {}{why}", escape::line(&fit.variant))?;
    }
    Ok(())
}

fn predicted(prediction: &Prediction, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    let arrow = ink.arrow();
    let place = match (&prediction.route, &prediction.variant) {
        (Some(route), Some(variant)) => {
            format!("{} {arrow} {}", escape::line(route), escape::line(variant))
        }
        _ => "no route".to_owned(),
    };
    let compared = &prediction.compared;
    let how = if compared.agrees { ink.good("as predicted") } else { ink.bad("not as predicted") };
    write!(out, "{how}: {place}")?;
    if let Some(difference) = &compared.difference {
        write!(out, "; {}", escape::line(difference))?;
    }
    writeln!(out)?;
    if !compared.speaks_against.is_empty() {
        writeln!(out, "speaks against {}", compared.speaks_against.join(", "))?;
    }
    Ok(())
}

/// Milliseconds for people.
fn duration(ms: f64) -> String {
    if ms < 1000.0 { format!("{ms:.0} ms") } else { format!("{:.2} s", ms / 1000.0) }
}
