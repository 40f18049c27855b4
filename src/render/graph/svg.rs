//! SVG that stands for itself: no script, no font, no network; light and dark.
//!
//! The routes are a list, and are drawn as one: a rail from condition to condition, and from each an arrow to where it
//! leads. Sizes are those of an ordinary monospaced font; text is broken before it could run out of its box.

use std::fmt::Write as _;

use super::{Attempt, Branch, Graph, Target, text};
use crate::render::escape;

const WIDTH: usize = 560;
const MARGIN: usize = 16;
/// Where the rail runs.
const RAIL: usize = 32;
/// Where the arrow to a route turns.
const TURN: usize = 72;
/// Where routes begin.
const ROUTE: usize = 96;
/// A line of text.
const LINE: usize = 18;
/// Hundredths of a pixel that a character of a condition is wide.
const CHARACTER: usize = 760;
/// How many lines a condition may have.
const LINES: usize = 40;

const STYLE: &str = "\
.irc-graph text{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1f2328}\
.irc-graph .s{font-family:ui-sans-serif,system-ui,'Segoe UI',Helvetica,Arial,sans-serif}\
.irc-graph .b{font-weight:600}\
.irc-graph .d{fill:#59636e}\
.irc-graph .w{fill:#9a6700}\
.irc-graph .e{fill:#d1242f}\
.irc-graph .n{fill:#fff;text-anchor:middle}\
.irc-graph .bg{fill:#fff}\
.irc-graph .box{fill:#f6f8fa;stroke:#d1d9e0}\
.irc-graph .to{fill:#fff;stroke:#0969da}\
.irc-graph .no{stroke:#d1242f;stroke-dasharray:5 4}\
.irc-graph .line{fill:none;stroke:#818b98;stroke-width:1.5}\
.irc-graph .go{fill:none;stroke:#0969da;stroke-width:1.5}\
.irc-graph .tip{fill:#818b98}\
.irc-graph .badge{fill:#59636e}\
.irc-graph .gotip,.irc-graph .dot{fill:#0969da}\
.irc-graph .track{fill:#d8e4f3}\
.irc-graph .bar{fill:#0969da}\
.irc-graph .never .to,.irc-graph .never .go{stroke:#818b98;stroke-dasharray:5 4}\
.irc-graph .never text:not(.w){fill:#818b98}\
.irc-graph .never .gotip,.irc-graph .never .bar{fill:#818b98}\
@media(prefers-color-scheme:dark){\
.irc-graph text{fill:#f0f6fc}\
.irc-graph .d{fill:#9198a1}\
.irc-graph .w{fill:#d29922}\
.irc-graph .e{fill:#ff7b72}\
.irc-graph .n{fill:#0d1117}\
.irc-graph .bg{fill:#0d1117}\
.irc-graph .box{fill:#151b23;stroke:#3d444d}\
.irc-graph .to{fill:#0d1117;stroke:#4493f8}\
.irc-graph .no{stroke:#ff7b72}\
.irc-graph .line{stroke:#656c76}\
.irc-graph .go{stroke:#4493f8}\
.irc-graph .tip{fill:#656c76}\
.irc-graph .badge{fill:#9198a1}\
.irc-graph .gotip,.irc-graph .dot,.irc-graph .bar{fill:#4493f8}\
.irc-graph .track{fill:#1c2d41}\
.irc-graph .never .to,.irc-graph .never .go{stroke:#656c76}\
.irc-graph .never text:not(.w){fill:#818b98}\
.irc-graph .never .gotip,.irc-graph .never .bar{fill:#656c76}}";

/// Draws a router.
pub fn svg(graph: &Graph) -> String {
    let mut drawing = Drawing { out: String::new(), y: MARGIN };
    drawing.head(graph);
    let mut word = "";
    for (at, step) in graph.steps.iter().enumerate() {
        drawing.rail(word);
        word = "no";
        drawing.condition(at + 1, &step.condition);
        let below = drawing.y;
        drawing.group(step.never.is_some(), |drawing| {
            drawing.leads_to(&step.target, step.never.as_deref());
        });
        let _ = writeln!(drawing.out, "<path class=\"line\" d=\"M{RAIL} {below}V{}\"/>", drawing.y);
    }
    drawing.rail(word);
    let none_left = graph.none_left.as_deref();
    drawing.group(none_left.is_some(), |drawing| match &graph.default {
        Some(default) => drawing.target(MARGIN, default, none_left),
        None => drawing.refusal(none_left),
    });
    drawing.finish(graph)
}

struct Drawing {
    out: String,
    /// Where the next thing begins.
    y: usize,
}

// Writing to a string does not fail.
impl Drawing {
    fn text(&mut self, x: usize, class: &str, line: &str) {
        let y = self.y + 13;
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = writeln!(
            self.out,
            "<text x=\"{x}\" y=\"{y}\"{class} xml:space=\"preserve\">{}</text>",
            escaped(line)
        );
    }

    /// Lines below each other.
    fn lines(&mut self, x: usize, class: &str, lines: &[String]) {
        for line in lines {
            self.text(x, class, line);
            self.y += LINE;
        }
    }

    fn group(&mut self, never: bool, draw: impl FnOnce(&mut Self)) {
        self.out.push_str(if never { "<g class=\"never\">\n" } else { "<g>\n" });
        draw(self);
        self.out.push_str("</g>\n");
    }

    fn head(&mut self, graph: &Graph) {
        let (x, y) = (RAIL, self.y + 9);
        let _ = writeln!(self.out, "<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"6\"/>");
        self.text(RAIL + 16, "s b", &format!("inworld/{}", graph.name));
        self.y += LINE;
        if let Some(name) = &graph.display_name {
            self.lines(RAIL + 16, "s d", &text::lines(name, columns(RAIL + 16), 2));
        }
        self.y += 2;
    }

    /// A piece of the rail down to the next box.
    fn rail(&mut self, word: &str) {
        let (from, to) = (self.y, self.y + 24);
        let _ = writeln!(
            self.out,
            "<path class=\"line\" d=\"M{RAIL} {from}V{}\"/><path class=\"tip\" d=\"M{RAIL} {to}l-4 -7h8z\"/>",
            to - 6
        );
        if !word.is_empty() {
            self.y += 4;
            self.text(RAIL + 10, "s d", word);
        }
        self.y = to;
    }

    fn condition(&mut self, number: usize, condition: &str) {
        let x = MARGIN + 40;
        let lines = text::lines(condition, columns(x), LINES);
        let (top, height) = (self.y, lines.len() * LINE + 14);
        let _ = writeln!(
            self.out,
            "<rect class=\"box\" x=\"{MARGIN}\" y=\"{top}\" width=\"{}\" height=\"{height}\" rx=\"8\"/>",
            WIDTH - 2 * MARGIN
        );
        let middle = top + 16;
        let _ = writeln!(self.out, "<circle class=\"badge\" cx=\"{RAIL}\" cy=\"{middle}\" r=\"10\"/>");
        self.y = top + 7;
        self.text(RAIL, "s n", &number.to_string());
        self.lines(x, "", &lines);
        self.y = top + height;
    }

    /// An arrow to a route.
    fn leads_to(&mut self, target: &Target, never: Option<&str>) {
        let from = self.y;
        self.y += 8;
        let (turn, tip) = (self.y + 17, ROUTE - 1);
        let _ = writeln!(
            self.out,
            "<path class=\"go\" d=\"M{TURN} {from}V{turn}H{}\"/><path class=\"gotip\" d=\"M{tip} {turn}l-7 -4v8z\"/>",
            tip - 6
        );
        self.y += 8;
        self.text(TURN - 28, "s d", "yes");
        self.y -= 8;
        self.target(ROUTE, target, never);
    }

    fn target(&mut self, x: usize, target: &Target, never: Option<&str>) {
        let (top, at) = (self.y, self.out.len());
        let inside = x + 12;
        self.y += 8;
        self.lines(inside, "b", &text::lines(&target.id, columns(inside), 3));
        if let Some(never) = never {
            self.lines(inside, "s w", &text::lines(never, columns(inside), 4));
        }
        for branch in &target.branches {
            self.branch(inside, branch, target.branches.len() > 1);
        }
        self.y += 6;
        let (width, height) = (WIDTH - MARGIN - x, self.y - top);
        // What lies below is drawn first.
        let class = if x == ROUTE { "to" } else { "to box" };
        let rect = format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\n"
        );
        self.out.insert_str(at, &rect);
    }

    fn branch(&mut self, x: usize, branch: &Branch, with_share: bool) {
        let mut x = x;
        if with_share {
            let share = usize::try_from(branch.share).unwrap_or(0).min(100);
            self.y += 4;
            let y = self.y + 4;
            let _ = writeln!(
                self.out,
                "<rect class=\"track\" x=\"{x}\" y=\"{y}\" width=\"100\" height=\"10\" rx=\"3\"/>\
                 <rect class=\"bar\" x=\"{x}\" y=\"{y}\" width=\"{share}\" height=\"10\" rx=\"3\"/>"
            );
            self.text(x + 108, "s b", &format!("{share}%"));
            let id = text::lines(&branch.id, columns(x + 150), 2);
            self.lines(x + 150, "", &id);
            x += 14;
        }
        let open = branch.attempts.iter().any(|attempt| !matches!(attempt, Attempt::Model(_)));
        for (at, line) in branch.lines().iter().enumerate() {
            let is_listed = open && line.starts_with('·');
            if at > 0 && !is_listed {
                self.text(x, "s d", "then");
            }
            let own = if at == 0 && !is_listed { x } else { x + 36 };
            let class = if line.contains('/') { "" } else { "d" };
            self.lines(own, class, &text::lines(line, columns(own), 3));
        }
    }

    /// What the service does without a default route.
    fn refusal(&mut self, never: Option<&str>) {
        let top = self.y;
        let height = 34 + if never.is_some() { LINE } else { 0 };
        let _ = writeln!(
            self.out,
            "<rect class=\"box no\" x=\"{MARGIN}\" y=\"{top}\" width=\"{}\" height=\"{height}\" rx=\"8\"/>",
            WIDTH - 2 * MARGIN
        );
        self.y += 8;
        self.lines(MARGIN + 12, "s e", &["no route: the service answers with an error".to_owned()]);
        if let Some(never) = never {
            self.lines(MARGIN + 12, "s w", &[never.to_owned()]);
        }
        self.y = top + height;
    }

    fn finish(self, graph: &Graph) -> String {
        let height = self.y + MARGIN;
        let name = escaped(&graph.name);
        let mut out = String::new();
        let _ = writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"irc-graph\" width=\"{WIDTH}\" height=\"{height}\" \
             viewBox=\"0 0 {WIDTH} {height}\" style=\"max-width:100%;height:auto\" role=\"img\" \
             aria-labelledby=\"irc-{name}-title irc-{name}-desc\">"
        );
        let _ = writeln!(out, "<title id=\"irc-{name}-title\">The decision order of {name}</title>");
        let _ = writeln!(out, "<desc id=\"irc-{name}-desc\">{}</desc>", escaped(&description(graph)));
        let _ = writeln!(out, "<style>{STYLE}</style>");
        let _ = writeln!(out, "<rect class=\"bg\" width=\"{WIDTH}\" height=\"{height}\" rx=\"8\"/>");
        out.push_str(&self.out);
        out.push_str("</svg>\n");
        out
    }
}

/// The same in words, for whoever does not see it.
fn description(graph: &Graph) -> String {
    let mut out = String::new();
    for (at, step) in graph.steps.iter().enumerate() {
        let condition = text::lines(&step.condition, 300, 1).join(" ");
        let never = step.never.as_ref().map_or(String::new(), |never| format!(" ({never})"));
        let _ = write!(out, "{}. If {condition}, then {}{never}. ", at + 1, spoken(&step.target));
    }
    let otherwise = match &graph.default {
        Some(default) => spoken(default),
        None => "no route: the service answers with an error".to_owned(),
    };
    let never = graph.none_left.as_ref().map_or(String::new(), |never| format!(" ({never})"));
    let _ = write!(out, "Otherwise {otherwise}{never}.");
    out
}

fn spoken(target: &Target) -> String {
    let several = target.branches.len() > 1;
    let branches = target.branches.iter().map(|branch| {
        let share = if several { format!("{}% {}: ", branch.share, branch.id) } else { String::new() };
        format!("{share}{}", branch.lines().join(", "))
    });
    format!("{}: {}", target.id, branches.collect::<Vec<_>>().join("; "))
}

/// How many characters fit from there to the edge of the box.
fn columns(x: usize) -> usize {
    (WIDTH - MARGIN - 12).saturating_sub(x) * 100 / CHARACTER
}

/// Text that means nothing to XML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in escape::line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No characters to XML.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
