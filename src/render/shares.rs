//! Exact shares of variants and of the models that answer: as data, as tables and as CSV.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use super::ink::Ink;
use super::summary::{Table, bar, cell, named, who};
use super::{Options, escape};
use crate::compile::Plan;
use crate::simulate::{self, Outages, Who};

/// What `irc simulate --shares --format json` prints.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[schemars(title = "irc simulate --shares --format json")]
pub struct Shares {
    /// The version of this shape.
    pub version: u32,
    /// For each situation that was asked for, what each router comes to.
    pub situations: Vec<Situation>,
}

/// What is down.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Situation {
    /// The outages, as they are written; with `--down each` the provider besides.
    pub down: Vec<String>,
    /// The routers, in the order in which they were given.
    pub routers: Vec<Router>,
}

/// One router.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Router {
    /// Its bare name.
    pub router: String,
    /// Its routes, the default route last.
    pub routes: Vec<Route>,
}

/// One route.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Route {
    /// Its id.
    pub route: String,
    /// Its variants, in the order of the definition.
    pub variants: Vec<Variant>,
    /// Who answers, the most frequent first.
    pub answers: Vec<Share>,
}

/// One variant.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Variant {
    /// Its id.
    pub variant: String,
    /// Its share of the requests of the route, in percent.
    pub percent: u32,
    /// Who answers its requests, in the order of its plan.
    pub answers: Vec<Share>,
}

/// Who answers.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Share {
    /// The model; null where that is undetermined, or nobody answers.
    pub model: Option<String>,
    /// Between which it is undetermined; `*` for any that the service offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<String>,
    /// Its share, in percent.
    pub percent: f64,
}

impl Shares {
    /// Of some routers. `failing`: providers that fail in turn.
    pub fn new(plans: &[Plan], outages: &Outages, failing: &[Arc<str>]) -> Self {
        let routers = |outages: &Outages| {
            let router = |plan: &Plan| Router {
                router: plan.router.to_string(),
                routes: simulate::shares(plan, outages).iter().map(route).collect(),
            };
            plans.iter().map(router).collect()
        };
        let written: Vec<String> = outages.0.iter().map(ToString::to_string).collect();
        let mut situations = vec![Situation { down: written.clone(), routers: routers(outages) }];
        situations.extend(failing.iter().map(|provider| Situation {
            down: written.iter().cloned().chain([provider.to_string()]).collect(),
            routers: routers(&outages.and(provider)),
        }));
        Self { version: 1, situations }
    }
}

fn route(route: &simulate::RouteShares) -> Route {
    let variants = route.variants.iter().map(|variant| Variant {
        variant: variant.variant.to_string(),
        percent: variant.weight,
        answers: shares(&variant.answers),
    });
    Route { route: route.route.to_string(), variants: variants.collect(), answers: shares(&route.answers) }
}

fn shares(answers: &[(Who, f64)]) -> Vec<Share> {
    let share = |(who, share): &(Who, f64)| {
        let (model, tied) = named(Some(who));
        Share { model, tied, percent: rounded(share * 100.0) }
    };
    answers.iter().map(share).collect()
}

/// As many digits as a sum of products of percentages is sure of.
fn rounded(percent: f64) -> f64 {
    (percent * 1e9).round() / 1e9
}

/// Writes them for people.
pub fn human(found: &Shares, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink::new(options);
    for situation in &found.situations {
        if !situation.down.is_empty() {
            let down = escape::line(&situation.down.join(", ")).into_owned();
            writeln!(out, "{}", ink.dim(&format!("while down: {down}")))?;
        }
        for router in &situation.routers {
            writeln!(out, "{}", ink.bold(&escape::line(&router.router)))?;
            let mut table = Table::new(&["route", "variant", "share", "answered by", "", ""]);
            for route in &router.routes {
                rows(route, options, &mut table);
            }
            table.write(out)?;
            writeln!(out)?;
        }
    }
    Ok(())
}

fn rows(route: &Route, options: &Options, table: &mut Table<6>) {
    let mut name = escape::line(&route.route).into_owned();
    let mut row = |variant: String, share: String, answers: &[Share]| {
        let (mut variant, mut share) = (variant, share);
        for answer in answers {
            table.row([
                std::mem::take(&mut name),
                std::mem::take(&mut variant),
                std::mem::take(&mut share),
                who(answer.model.as_deref(), &answer.tied),
                percent(answer.percent),
                bar(answer.percent, options),
            ]);
        }
    };
    let several = route.variants.len() > 1;
    for variant in &route.variants {
        let share = if several { format!("{}%", variant.percent) } else { String::new() };
        row(escape::line(&variant.variant).into_owned(), share, &variant.answers);
    }
    if several {
        row("all".to_owned(), String::new(), &route.answers);
    }
}

/// With as many digits as it needs, up to three.
fn percent(percent: f64) -> String {
    let text = format!("{percent:.3}");
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Writes them as CSV with a header, after RFC 4180.
pub fn csv(found: &Shares, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "down,router,route,variant,variant_percent,answered_by,percent\r\n")?;
    for situation in &found.situations {
        let down = cell(&situation.down.join(" "));
        for router in &situation.routers {
            for route in &router.routes {
                let place = format!("{down},{},{}", cell(&router.router), cell(&route.route));
                let mut rows = |variant: &str, share: String, answers: &[Share]| {
                    answers.iter().try_for_each(|answer| {
                        let name = cell(&who(answer.model.as_deref(), &answer.tied));
                        write!(out, "{place},{},{share},{name},{}\r\n", cell(variant), answer.percent)
                    })
                };
                for variant in &route.variants {
                    rows(&variant.variant, variant.percent.to_string(), &variant.answers)?;
                }
                rows("", String::new(), &route.answers)?;
            }
        }
    }
    Ok(())
}
