//! What people read, whatever it is printed on.

use super::{Entry, Log, Report, sentences};
use crate::analyze::compare::Case;
use crate::compile::cost::Usd;
use crate::diff::{Answer, Change, Difference, End, Move, Stray, Sum, Traffic, What};
use crate::render::money::{growth, range, thousands};

/// Words, and what users wrote.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Text(pub(super) Vec<Bit>);

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Bit {
    Plain(String),
    /// Something out of a definition: a name, a condition, a value.
    Code(String),
}

/// Begins a text.
pub(super) fn plain(words: impl Into<String>) -> Text {
    Text::default().plain(words)
}

pub(super) fn code(text: impl Into<String>) -> Text {
    Text::default().code(text)
}

impl Text {
    pub(super) fn plain(mut self, words: impl Into<String>) -> Self {
        self.0.push(Bit::Plain(words.into()));
        self
    }

    pub(super) fn code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Bit::Code(text.into()));
        self
    }

    pub(super) fn text(mut self, other: Text) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(super) fn show(&self, code: impl Fn(&str) -> String) -> String {
        self.0
            .iter()
            .map(|bit| match bit {
                Bit::Plain(words) => words.clone(),
                Bit::Code(text) => code(text),
            })
            .collect()
    }
}

/// Names in a row.
pub(super) fn list(names: impl IntoIterator<Item = impl Into<String>>) -> Text {
    let names: Vec<String> = names.into_iter().map(Into::into).collect();
    let hidden = if names.len() > MOST_NAMES { names.len() - MOST_NAMES + 2 } else { 0 };
    let shown = names.len() - hidden;
    let mut text = Text::default();
    for (at, name) in names.into_iter().take(shown).enumerate() {
        if at > 0 {
            text = text.plain(if at + 1 == shown && hidden == 0 { " and " } else { ", " });
        }
        text = text.code(name);
    }
    if hidden > 0 { text.plain(format!(" and {hidden} more")) } else { text }
}

/// Of more names only some are told.
const MOST_NAMES: usize = 12;

/// More changes than these nobody reads, and no forge takes.
pub(super) const MOST_MOVES: usize = 50;

/// What stands in the place of the rest.
pub(super) fn more(groups: usize) -> Option<String> {
    let rest = groups.checked_sub(MOST_MOVES).filter(|rest| *rest > 0)?;
    Some(format!("and {} more; --format json has all of them", plural(rest, "change")))
}

/// `1 change`, `2 changes`.
pub(super) fn plural(n: usize, word: &str) -> String {
    format!("{} {word}{}", thousands(n as u64), if n == 1 { "" } else { "s" })
}

/// A share from 0 to 1 as percent, with as many digits as it takes to be not nothing and not everything.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let rounded = |digits: usize| format!("{percent:.digits$}");
    let text = (0..=4).map(rounded).find(|text| {
        let near: f64 = text.parse().unwrap_or(0.0);
        (near - percent).abs() <= percent.abs() * 0.005 && (near < 100.0 || percent >= 100.0)
    });
    format!("{}%", text.unwrap_or_else(|| if percent < 1.0 { "<0.0001".to_owned() } else { rounded(4) }))
}

/// What can be said of one router.
pub(super) fn verdict(difference: &Difference<'_>, answer: Answer) -> Text {
    let [old, new] = difference.names();
    let renamed = old != new;
    let name = if renamed { code(old).plain(" is now ").code(new) } else { code(new) };
    let ways = difference.moves.len();
    name.plain(match answer {
        Answer::Same => ": no request is routed differently".to_owned(),
        Answer::Unknown => ": no difference was found, and it is not proved that there is none".to_owned(),
        Answer::Different if ways > 0 => {
            let how = if difference.moves_any() { "" } else { " only when a first attempt fails" };
            format!(": requests are routed differently{how} ({})", plural(ways, "change"))
        }
        Answer::Different if renamed => {
            ": a new router, in which no request is routed differently".to_owned()
        }
        Answer::Different => ": requests of the log are routed differently".to_owned(),
    })
}

/// How many routers came to what.
pub(super) fn summary(report: &Report<'_>) -> String {
    let count = |wanted: fn(&Entry<'_>) -> bool| report.routers.iter().filter(|entry| wanted(entry)).count();
    let counts = [
        (
            count(|e| matches!(e, Entry::Compared { .. }) && e.answer() == Answer::Different),
            "routed differently",
        ),
        (count(|entry| matches!(entry, Entry::Added(_))), "new"),
        (count(|entry| matches!(entry, Entry::Removed(_))), "gone"),
        (count(|entry| entry.answer() == Answer::Unknown), "not decided"),
        (count(|entry| entry.answer() == Answer::Same), "as before"),
    ];
    let parts: Vec<String> =
        counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    format!("{}: {}", plural(report.routers.len(), "router"), parts.join(", "))
}

/// What there is to say besides the moves: heads, each with its items.
pub(super) fn sections(
    report: &Report<'_>,
    d: &Difference<'_>,
    traffic: Option<&Traffic>,
    answer: Answer,
    arrow: &str,
) -> Vec<(&'static str, Vec<Text>)> {
    let strays = traffic
        .zip(report.log.as_ref())
        .map(|(traffic, log)| traffic.strays.iter().map(|found| stray(found, &log.total, arrow)).collect());
    let mut open: Vec<Text> = d.undecided.iter().map(undecided).collect();
    if d.exhausted {
        open.push(plain(
            "whether there is more: the steps that an analysis may take ran out, or there are too many",
        ));
    }
    let prices =
        d.prices.iter().filter_map(|p| Some(code(&*p.route).plain(format!(": {}", cost(p.usd, arrow)?))));
    let all = vec![
        ("In the log besides", strays.unwrap_or_default()),
        ("Not decided", open),
        ("What callers promise", d.contract.iter().map(sentences::contract).collect()),
        ("Prices of routes that are as they were", prices.collect()),
        ("Besides", d.notes.iter().map(|found| sentences::note(found, answer == Answer::Same)).collect()),
    ];
    all.into_iter().filter(|(_, items)| !items.is_empty()).collect()
}

/// Of which requests a claim speaks.
pub(super) fn scope(difference: &Difference<'_>) -> String {
    match (difference.contracts, difference.declares()) {
        ([true, true], [true, true]) => "for every request that keeps the old metadata block or the new one",
        ([true, true], [false, true]) => {
            "for every request that keeps the new metadata block, and for those whose keys are of the types that the \
             old conditions take them to have"
        }
        ([true, true], [true, false]) => {
            "for every request that keeps the old metadata block, and for those whose keys are of the types that the \
             new conditions take them to have"
        }
        (_, [false, false]) => "for every request whose keys are of the types that the conditions take them to have",
        _ => "for every request that keeps what the metadata block declares",
    }
    .to_owned()
}

fn route(end: &End) -> Text {
    match &end.route {
        Some(id) => code(&**id),
        None => plain("no route"),
    }
}

/// From where to where.
pub(super) fn ends(ends: &[End; 2], arrow: &str) -> Text {
    let [old, new] = ends;
    if old.route == new.route { route(old) } else { route(old).plain(format!(" {arrow} ")).text(route(new)) }
}

/// Whether a route's own requests are answered differently, all of them.
pub(super) fn is_whole(found: &Move) -> bool {
    found.ends[0].route == found.ends[1].route && found.whole == [true, true]
}

/// Moves that differ only in the route whose own requests they are.
pub(super) fn groups<'m>(moves: &'m [Move], with: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let alike = |a: &'m Move, b: &'m Move| {
        is_whole(a)
            && is_whole(b)
            && a.changes == b.changes
            && cost_of(a, "") == cost_of(b, "")
            && providers(a) == providers(b)
            && a.unpriced == b.unpriced
            && [a.share, a.touched] == [b.share, b.touched]
            && a.redrawn == b.redrawn
    };
    for (at, found) in moves.iter().enumerate() {
        let group = groups.iter_mut().find(|group| {
            with(at)
                && group.first().and_then(|first| moves.get(*first)).is_some_and(|first| alike(first, found))
        });
        match group {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

/// The routes of a group.
pub(super) fn title(group: &[&Move], arrow: &str) -> Text {
    match group {
        [only] => ends(&only.ends, arrow),
        many => list(many.iter().filter_map(|found| found.ends[1].route.as_deref())),
    }
}

/// Which requests move, one line a case.
pub(super) fn cases(found: &Move) -> Vec<Text> {
    if found.cases.is_empty() {
        let [old, new] = &found.ends;
        return vec![match found.whole {
            [true, _] => plain("all requests of ").text(route(old)),
            [_, true] => plain("all requests that ").text(route(new)).plain(" now takes"),
            _ => {
                plain("requests that ").text(route(old)).plain(" took and ").text(route(new)).plain(" takes")
            }
        }];
    }
    let mut out: Vec<Text> = found.cases.iter().map(case).collect();
    if !found.complete {
        out.push(plain("and others"));
    }
    out
}

fn case(case: &Case) -> Text {
    let mut text = match &case.when {
        Some(when) => code(when),
        None if case.unless.is_none() && case.without.is_empty() => return plain("all requests"),
        None => plain(if case.without.is_empty() { "all requests" } else { "requests" }),
    };
    if !case.without.is_empty() {
        text = text.plain(" without ");
        let keys: Vec<&str> = case.without.iter().map(|key| &**key).collect();
        // `messages` is no key: a request always has a list of them.
        text = if keys == ["messages"] { text.plain("messages") } else { text.text(list(keys)) };
    }
    match &case.unless {
        Some(unless) => text.plain(" unless ").code(unless),
        None => text,
    }
}

/// How many of the requests have another first attempt, where not all have.
pub(super) fn share(found: &Move) -> Option<Text> {
    let part = percent(found.share);
    if found.redrawn {
        let why = if found.ends[0].route == found.ends[1].route { "the router" } else { "the route" };
        let what = if found.share > 0.0 {
            format!("{part} get another first attempt")
        } else {
            percent(found.touched) + " get other fallbacks"
        };
        return Some(plain(format!("are drawn anew, for {why} has another name: {what}")));
    }
    if found.share >= 1.0 {
        return None;
    }
    Some(plain(match found.share > 0.0 {
        true => format!("{part} get another first attempt"),
        false if found.touched < 1.0 => {
            format!("{}, and only when their first attempt fails", percent(found.touched))
        }
        false => "only when their first attempt fails".to_owned(),
    }))
}

/// What a change is about.
pub(super) fn label(change: &Change) -> String {
    match &change.what {
        What::Variant => "variant".to_owned(),
        What::Share => "share".to_owned(),
        What::Model => "model".to_owned(),
        What::Fallbacks => "fallbacks".to_owned(),
        What::Choice(name) => (*name).to_owned(),
        What::Setting(name) => name.clone(),
    }
}

/// Longer values are cut around what differs.
const LONGEST: usize = 80;

/// What changes, line by line. Between routes that have no variant in common, who answers is told as a whole.
pub(super) fn changes(found: &Move) -> Vec<Change> {
    let is_variant = |change: &&Change| change.what == What::Variant;
    let [old, new] = &found.ends;
    let common = old.variants.iter().any(|(id, ..)| new.variants.iter().any(|(other, ..)| other == id));
    if common {
        return found.changes.clone();
    }
    let answers = |end: &End| {
        let models: Vec<String> = end
            .variants
            .iter()
            .map(|(_, share, model)| if *share == 100 { model.clone() } else { format!("{share}% {model}") })
            .collect();
        Some(if models.is_empty() { "none, the request fails".to_owned() } else { models.join(", ") })
    };
    let models = Change { variant: None, what: What::Model, old: answers(old), new: answers(new) };
    let rest = found.changes.iter().filter(|change| !is_variant(change)).cloned();
    [models].into_iter().filter(|change| change.old != change.new).chain(rest).collect()
}

/// Both sides of a change. Of long values only what differs, with a little before it.
pub(super) fn sides(change: &Change) -> [Option<String>; 2] {
    let (Some(old), Some(new)) = (&change.old, &change.new) else {
        return [&change.old, &change.new].map(|side| {
            side.as_ref()
                .map(|text| if matches!(change.what, What::Setting(_)) { cut(text, 0) } else { text.clone() })
        });
    };
    let is_free = matches!(change.what, What::Setting(_));
    if !is_free || old.chars().count().max(new.chars().count()) <= LONGEST {
        return [Some(old.clone()), Some(new.clone())];
    }
    let same = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
    [Some(cut(old, same.saturating_sub(20))), Some(cut(new, same.saturating_sub(20)))]
}

fn cut(text: &str, from: usize) -> String {
    let rest: Vec<char> = text.chars().skip(from).collect();
    let shown: String = rest.iter().take(LONGEST).collect();
    let (before, after) = (if from > 0 { "…" } else { "" }, if rest.len() > LONGEST { "…" } else { "" });
    format!("{before}{shown}{after}")
}

/// Providers that come and go.
pub(super) fn providers(found: &Move) -> Option<Text> {
    let [old, new] = &found.providers;
    let without = |a: &[String], b: &[String]| -> Vec<String> {
        a.iter().filter(|name| !b.contains(name) && *name != "*").cloned().collect()
    };
    let (gone, come) = (without(old, new), without(new, old));
    let mut text = Text::default();
    if !come.is_empty() {
        text = text.plain("now also ").text(list(come));
    }
    if !gone.is_empty() {
        let lead = if text.0.is_empty() { "no longer " } else { "; no longer " };
        text = text.plain(lead).text(list(gone));
    }
    (!text.0.is_empty()).then_some(text)
}

/// What a thousand requests that move cost. A request that fails is not cheap.
pub(super) fn cost_of(found: &Move, arrow: &str) -> Option<String> {
    found.ends.iter().all(|end| end.route.is_some()).then(|| cost(found.usd, arrow))?
}

/// What a thousand requests cost.
pub(super) fn cost(usd: [Option<Usd>; 2], arrow: &str) -> Option<String> {
    let shown = |usd: Option<Usd>| usd.map_or_else(|| "unknown".to_owned(), range);
    let [old, new] = usd;
    if old.is_none() && new.is_none() || old == new {
        return None;
    }
    let more =
        old.zip(new).and_then(|(old, new)| growth(old, new)).map_or(String::new(), |g| format!(" ({g})"));
    Some(format!("{} {arrow} {} per 1,000 requests{more}", shown(old), shown(new)))
}

/// Models whose price is not known.
pub(super) fn unpriced(found: &Move) -> Option<Text> {
    if found.unpriced.is_empty() {
        return None;
    }
    let any = found.unpriced.iter().any(|id| **id == *"*");
    let named: Vec<&str> = found.unpriced.iter().map(|id| &**id).filter(|id| *id != "*").collect();
    Some(match (any, named.as_slice()) {
        (true, []) => plain("the service chooses among all its models, so the cost is not known"),
        _ => plain("no price is known of ").text(list(named)),
    })
}

/// What part of a log.
pub(super) fn part_of_log(sum: &Sum, total: &Sum, arrow: &str) -> String {
    let share = if total.requests == 0 { 0.0 } else { sum.requests as f64 / total.requests as f64 };
    let cost = if sum.unpriced == 0 && sum.old != sum.new {
        format!(", {} {arrow} {}", range(sum.old), range(sum.new))
    } else {
        String::new()
    };
    format!(
        "{} of the log ({} of {}){cost}",
        percent(share),
        thousands(sum.requests),
        thousands(total.requests)
    )
}

/// Requests of a log that no claim speaks of.
fn stray(stray: &Stray, total: &Sum, arrow: &str) -> Text {
    let what = part_of_log(&stray.sum, total, arrow);
    let first = stray.first;
    ends(&stray.ends, arrow).plain(format!(
        ": {what}; these requests do not keep what is known of callers, the first is record {first}"
    ))
}

fn undecided(pair: &[End; 2]) -> Text {
    let [old, new] = pair;
    if old.route == new.route {
        return plain("whether a request of ").text(route(old)).plain(" is answered otherwise");
    }
    plain("whether a request moves from ").text(route(old)).plain(" to ").text(route(new))
}

/// What was counted.
pub(super) fn log(log: &Log<'_>, arrow: &str) -> Vec<Text> {
    let total = &log.total;
    let moved = if total.requests == 0 { 0.0 } else { total.moved / total.requests as f64 };
    let mut out = Vec::new();
    let mut text = code(log.name).plain(format!(": {}", plural_u64(total.requests, "request")));
    text = text.plain(format!(", {} of them with another first attempt", percent(moved)));
    if total.requests > 0 && total.unpriced == 0 {
        let more = growth(total.old, total.new).map_or(String::new(), |growth| format!(" ({growth})"));
        text =
            text.plain(format!("; all of them cost {} {arrow} {}{more}", range(total.old), range(total.new)));
    } else if total.unpriced > 0 {
        text = text.plain(format!("; no price is known of {}", plural_u64(total.unpriced, "request")));
    }
    out.push(text);
    if log.others > 0 {
        out.push(plain(format!("{} for other routers are left out", plural_u64(log.others, "request"))));
    }
    if log.bad > 0 {
        out.push(plain(match log.bad {
            1 => "1 record is no request and is left out".to_owned(),
            n => format!("{} records are no requests and are left out", thousands(n)),
        }));
    }
    out
}

fn plural_u64(n: u64, word: &str) -> String {
    format!("{} {word}{}", thousands(n), if n == 1 { "" } else { "s" })
}

/// Routers of the larger side that nothing was compared with.
pub(super) fn left_out(n: usize) -> String {
    format!("{} of the other side {} left out", plural(n, "router"), if n == 1 { "is" } else { "are" })
}

/// Whether any cost is shown that rests on the assumed length of a request.
pub(super) fn shows_costs(report: &Report<'_>) -> bool {
    let measured = report.log.as_ref().is_some_and(|log| log.total.measured == log.total.requests);
    let estimated = report.log.is_some() && !measured;
    estimated
        || report.routers.iter().any(|entry| match entry {
            Entry::Compared { difference, .. } => {
                !difference.prices.is_empty() || difference.moves.iter().any(|m| cost_of(m, "").is_some())
            }
            _ => false,
        })
}

/// What a request is taken to be.
pub(super) fn assumed_tokens(report: &Report<'_>) -> String {
    let (input, output) = (thousands(report.tokens.input), thousands(report.tokens.output));
    let measured = report.log.as_ref().map_or(0, |log| log.total.measured);
    let but = match measured {
        0 => String::new(),
        n => format!(", but for {} of the log that say it", plural_u64(n, "request")),
    };
    format!("costs are those of first attempts, at {input} tokens in and {output} out{but}")
}

/// All assumptions, by id.
pub(super) fn assumptions(report: &Report<'_>) -> Vec<&'static str> {
    let mut out: Vec<&'static str> = report
        .routers
        .iter()
        .flat_map(|entry| match entry {
            Entry::Compared { difference, .. } => difference.assumptions.clone(),
            _ => Vec::new(),
        })
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}
