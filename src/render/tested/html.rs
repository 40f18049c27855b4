//! Coverage as a page: how much of each router the tests look at, what is missing, and the source in colours.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use super::{Covered, Point, Summary, Told, percent, summary, would};
use crate::render::page::{self, Table, share, text};

const STYLE: &str = include_str!("coverage.css");

/// The sorts of points, in the order of the table.
const SORTS: [(&str, &str); 5] = [
    ("route", "routes are taken"),
    ("default", "the default route is taken"),
    ("variant", "variants are drawn, or their shares tested"),
    ("fallback", "fallbacks are asked, or the plan tested"),
    ("condition", "parts of conditions are true, and are false"),
];

/// Lines around one that is worth a look.
const AROUND: u32 = 2;
/// So many lines in a row that are not are folded.
const FOLDED: usize = 6;

/// Writes the page.
pub fn html(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut page = page::open("What the tests look at", STYLE);
    head(told, &mut page);
    for (at, covered) in told.coverage.iter().enumerate() {
        section(covered, at, &mut page);
    }
    page::close(&mut page);
    out.write_all(page.as_bytes())
}

fn head(told: &Told<'_>, page: &mut String) {
    let Summary { tests, failed, not_run, .. } = summary(told.ran, told.not_run);
    let sum = |of: fn(&Covered) -> usize| told.coverage.iter().map(of).sum::<usize>();
    let (covered, points) = (sum(|c| c.covered), sum(|c| c.points));
    let mut figures = vec![("tests", tests.to_string())];
    if failed > 0 {
        figures.push(("failed", failed.to_string()));
    }
    if not_run > 0 {
        figures.push(("not run", not_run.to_string()));
    }
    figures.push(("points covered", format!("{covered} of {points}")));
    // Nothing of nothing is not all of it.
    if points > 0 {
        figures.push(("coverage", format!("{:.1}%", percent(covered, points))));
    }
    page::figures(figures, page);
    let mut table = Table::new("Routers", &["router", "coverage", "points"]);
    for (at, covered) in told.coverage.iter().enumerate().filter(|_| told.coverage.len() > 1) {
        table.row(&[
            format!("<a href=\"#router-{at}\">{}</a>", text(&covered.router)),
            share(covered.percent, None),
            format!("{} of {}", covered.covered, covered.points),
        ]);
    }
    table.write(page);
}

fn section(covered: &Covered, at: usize, page: &mut String) {
    let _ = writeln!(
        page,
        "<section id=\"router-{at}\">\n<h2>{} <small>{} of {} points, {:.1}%</small></h2>",
        text(&covered.router),
        covered.covered,
        covered.points,
        covered.percent
    );
    let mut sorts = Table::new("Points", &["a test shows that", "coverage", "points"]);
    for (kind, words) in SORTS {
        let own = || covered.details.iter().filter(|point| point.kind == kind);
        let (hit, all) = (own().filter(|point| point.covered).count(), own().count());
        if all > 0 {
            sorts.row(&[words.to_owned(), share(percent(hit, all), None), format!("{hit} of {all}")]);
        }
    }
    sorts.write(page);
    let mut missing = Table::new("Not covered", &["no test shows that", "where", "a request that would"]);
    let files: Vec<&str> = covered.texts.iter().map(|text| text.file.as_str()).collect();
    for point in covered.details.iter().filter(|point| !point.covered) {
        let place = text(&format!("{}:{}", point.file, point.line));
        let file_at = files.iter().position(|file| *file == point.file);
        let place = match file_at {
            Some(file_at) => format!("<a href=\"#{}\">{place}</a>", anchor(at, file_at, point.line)),
            None => place,
        };
        let request = would(point).map_or_else(String::new, |words| format!("<code>{}</code>", text(&words)));
        missing.row(&[text(&point.text), place, request]);
    }
    missing.write(page);
    for (file_at, source) in covered.texts.iter().enumerate() {
        let points: Vec<&Point> = covered.details.iter().filter(|point| point.file == source.file).collect();
        if points.is_empty() {
            continue;
        }
        let _ = writeln!(page, "<h3>{}</h3>", text(&source.file));
        page.push_str(
            "<p>Before each line: how many of its points are covered. Behind a part of a condition: \
             <b>T</b> and <b>F</b>, whether a test makes it true, and false; struck out where none does.</p>\n",
        );
        Painted::new(source, &points, (at, file_at)).write(page);
    }
    page.push_str("</section>\n");
}

fn anchor(router: usize, file: usize, line: u32) -> String {
    format!("router-{router}-file-{file}-line-{line}")
}

/// A text that holds points, or the part of it that is about a router.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) file: String,
    pub(super) text: Arc<str>,
    /// The bytes that are shown.
    pub(super) shown: Range<usize>,
}

/// Bytes that points stand for.
struct Mark {
    start: usize,
    end: usize,
    covered: usize,
    points: usize,
    /// Whether a part is covered where it is true, and where it is false.
    sides: [Option<bool>; 2],
    /// What it is about.
    title: String,
}

/// The places of points, each once. What two routes have in common is covered where it is for both.
fn marks(points: &[&Point]) -> Vec<Mark> {
    let mut marks: BTreeMap<(usize, usize), Mark> = BTreeMap::new();
    for point in points {
        let (start, end) = (point.bytes.start, point.bytes.end);
        let fresh = || Mark { start, end, covered: 0, points: 0, sides: [None; 2], title: String::new() };
        let mark = marks.entry((start, end)).or_insert_with(fresh);
        mark.points += 1;
        mark.covered += usize::from(point.covered);
        if let Some([no, yes]) = point.side.map(|_| &mut mark.sides) {
            let side = if point.side == Some(true) { yes } else { no };
            *side = Some(side.unwrap_or(true) && point.covered);
        } else {
            let does = if point.covered { "a test shows" } else { "no test shows" };
            let _ = write!(
                mark.title,
                "{}{does} that {}",
                if mark.title.is_empty() { "" } else { "; " },
                point.text
            );
        }
    }
    marks.into_values().collect()
}

/// The class of something of which so many points are covered.
fn class(covered: usize, points: usize) -> &'static str {
    match covered {
        0 => "miss",
        _ if covered == points => "hit",
        _ => "part",
    }
}

/// A source in colours.
struct Painted<'a> {
    source: &'a Text,
    marks: Vec<Mark>,
    /// How many points begin on a line, and how many of them are covered.
    counts: BTreeMap<u32, (usize, usize)>,
    /// The router and the file, by their places.
    prefix: (usize, usize),
}

impl<'a> Painted<'a> {
    fn new(source: &'a Text, points: &[&Point], prefix: (usize, usize)) -> Self {
        let mut counts: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        for point in points {
            let (covered, all) = counts.entry(point.line).or_default();
            *covered += usize::from(point.covered);
            *all += 1;
        }
        Self { source, marks: marks(points), counts, prefix }
    }

    fn write(&self, page: &mut String) {
        let lines = self.lines();
        let near = self.near(&lines);
        page.push_str("<div class=\"source\">\n");
        let mut rest = lines.as_slice();
        while let Some((first, _)) = rest.first() {
            let is_near = near.contains(first);
            let count = rest.iter().take_while(|(number, _)| near.contains(number) == is_near).count();
            let (run, behind) = rest.split_at(count);
            let fold = !is_near && count >= FOLDED;
            if let (true, Some((last, _))) = (fold, run.last()) {
                let _ = writeln!(page, "<details><summary>lines {first} to {last}</summary>");
            }
            for (number, range) in run {
                self.line(*number, range.clone(), if is_near { &self.marks } else { &[] }, page);
            }
            page.push_str(if fold { "</details>\n" } else { "" });
            rest = behind;
        }
        page.push_str("</div>\n");
    }

    /// The lines that hold points, and those around them.
    fn near(&self, lines: &[(u32, Range<usize>)]) -> BTreeSet<u32> {
        let mut near = BTreeSet::new();
        for mark in &self.marks {
            let before = lines.partition_point(|(_, range)| range.end <= mark.start);
            let own = lines.iter().skip(before).take_while(|(_, range)| range.start < mark.end);
            near.extend(own.flat_map(|(number, _)| number.saturating_sub(AROUND)..=number + AROUND));
        }
        near
    }

    /// The lines that are shown, each with its number and its bytes.
    fn lines(&self) -> Vec<(u32, Range<usize>)> {
        let mut out = Vec::new();
        let mut start = 0;
        for (number, line) in (1..).zip(self.source.text.split_inclusive('\n')) {
            let end = start + line.len();
            if start < self.source.shown.end && end > self.source.shown.start {
                let body = line.trim_end_matches(['\n', '\r']);
                out.push((number, start..start + body.len()));
            }
            start = end;
        }
        out
    }

    fn line(&self, number: u32, range: Range<usize>, marks: &[Mark], page: &mut String) {
        let count = match self.counts.get(&number) {
            None => "<span></span>".to_owned(),
            Some((covered, points)) => {
                format!("<span class=\"count {}\">{covered}/{points}</span>", class(*covered, *points))
            }
        };
        let id = anchor(self.prefix.0, self.prefix.1, number);
        let _ = write!(page, "<div id=\"{id}\"><span class=\"line\">{number}</span>{count}<code>");
        self.pieces(range, marks, page);
        page.push_str("</code></div>\n");
    }

    /// The text of a line, in pieces that have one colour.
    fn pieces(&self, range: Range<usize>, marks: &[Mark], page: &mut String) {
        let here: Vec<&Mark> =
            marks.iter().filter(|mark| mark.start < range.end && range.start < mark.end).collect();
        let mut cuts: BTreeSet<usize> = [range.start, range.end].into();
        cuts.extend(here.iter().flat_map(|mark| [mark.start, mark.end]).filter(|at| range.contains(at)));
        let cuts: Vec<usize> = cuts.into_iter().collect();
        for (start, end) in cuts.iter().zip(cuts.iter().skip(1)) {
            let piece = text(self.source.text.get(*start..*end).unwrap_or_default());
            let around = here.iter().filter(|mark| mark.start <= *start && *end <= mark.end);
            match around.min_by_key(|mark| mark.end - mark.start) {
                Some(mark) => {
                    let class = class(mark.covered, mark.points);
                    let title = match mark.title.as_str() {
                        "" => String::new(),
                        title => format!(" title=\"{}\"", text(title)),
                    };
                    let _ = write!(page, "<span class=\"{class}\"{title}>{piece}</span>");
                }
                None => page.push_str(&piece),
            }
            let mut ends: Vec<&&Mark> = here.iter().filter(|mark| mark.end == *end).collect();
            ends.sort_by_key(|mark| mark.end - mark.start);
            ends.into_iter().for_each(|mark| sides(mark, page));
        }
    }
}

/// Whether a part of a condition is made true, and false.
fn sides(mark: &Mark, page: &mut String) {
    let [no, yes] = mark.sides;
    for (side, letter, word) in [(yes, 'T', "true"), (no, 'F', "false")] {
        let Some(covered) = side else { continue };
        let (class, who) = if covered { ("hit", "a test makes") } else { ("miss", "no test makes") };
        let _ = write!(page, "<b class=\"{class}\" title=\"{who} it {word}\">{letter}</b>");
    }
}
