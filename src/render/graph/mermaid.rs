//! Mermaid, as forges draw it inside Markdown.

use std::fmt::Write as _;

use super::{Graph, Target, text};
use crate::render::escape;

/// A diagram in Mermaid's language.
#[derive(Clone, Debug)]
pub struct Mermaid {
    /// The text.
    pub text: String,
    /// How many arrows it has.
    pub edges: usize,
}

/// Characters and arrows that Mermaid draws unless it is told otherwise; a definition cannot tell it.
const TEXT: usize = 50_000;
const EDGES: usize = 500;

impl Mermaid {
    /// Whether it is larger than what Mermaid draws unless the page that it stands on says otherwise.
    pub fn is_large(&self) -> bool {
        self.text.len() > TEXT || self.edges > EDGES
    }
}

/// Left to itself, Mermaid breaks model ids in two.
const HEAD: &str = "%%{init: {\"flowchart\": {\"wrappingWidth\": 420}}}%%\nflowchart TD\n";
/// How wide a line of a label may be.
const WIDTH: usize = 44;
/// How many lines a condition may have.
const LINES: usize = 14;

/// Draws a router.
pub fn mermaid(graph: &Graph) -> Mermaid {
    let mut drawing = Drawing { out: String::from(HEAD), edges: 0, never: Vec::new() };
    let mut head = vec![format!("inworld/{}", graph.name)];
    head.extend(graph.display_name.iter().flat_map(|name| text::lines(name, WIDTH, 2)));
    drawing.node("start", "([", &label(&head), "])");
    let mut before = ("start".to_owned(), "");
    for (at, step) in graph.steps.iter().enumerate() {
        let (condition, route) = (format!("c{at}"), format!("r{at}"));
        drawing.node(&condition, "{{", &label(&text::lines(&step.condition, WIDTH, LINES)), "}}");
        drawing.edge(&before.0, "-->", before.1, &condition);
        drawing.target(&route, &step.target, step.never.as_deref());
        drawing.edge(&condition, if step.never.is_some() { "-.->" } else { "-->" }, "yes", &route);
        before = (condition, "no");
    }
    let arrow = if graph.none_left.is_some() { "-.->" } else { "-->" };
    match &graph.default {
        Some(default) => drawing.target("otherwise", default, graph.none_left.as_deref()),
        None => {
            let mut lines = vec!["no route: the service answers with an error".to_owned()];
            lines.extend(graph.none_left.clone());
            drawing.node("otherwise", "[", &label(&lines), "]");
            match graph.none_left {
                Some(_) => drawing.never.push("otherwise".to_owned()),
                None => drawing.out.push_str("  class otherwise refused\n"),
            }
        }
    }
    drawing.edge(&before.0, arrow, before.1, "otherwise");
    if !drawing.never.is_empty() {
        let _ = writeln!(drawing.out, "  class {} never", drawing.never.join(","));
        drawing.out.push_str("  classDef never stroke-dasharray: 5 4, opacity: 0.6\n");
    }
    if graph.default.is_none() && graph.none_left.is_none() {
        drawing.out.push_str("  classDef refused stroke: #c62828, stroke-width: 2px\n");
    }
    Mermaid { text: drawing.out, edges: drawing.edges }
}

struct Drawing {
    out: String,
    edges: usize,
    /// Nodes that no request gets to.
    never: Vec<String>,
}

impl Drawing {
    // Writing to a string does not fail.
    fn node(&mut self, id: &str, open: &str, label: &str, close: &str) {
        let _ = writeln!(self.out, "  {id}{open}\"{label}\"{close}");
    }

    fn edge(&mut self, from: &str, arrow: &str, word: &str, to: &str) {
        self.edges += 1;
        let word = if word.is_empty() { String::new() } else { format!("|\"{word}\"|") };
        let _ = writeln!(self.out, "  {from} {arrow}{word} {to}");
    }

    /// A route: with its attempts where it has one variant, else with an arrow to each.
    fn target(&mut self, id: &str, target: &Target, never: Option<&str>) {
        let mut lines = vec![target.id.clone()];
        if let [only] = target.branches.as_slice() {
            lines.extend(then(only.lines()));
        }
        lines.extend(never.map(str::to_owned));
        self.node(id, "[", &label(&lines), "]");
        if never.is_some() {
            self.never.push(id.to_owned());
        }
        if target.branches.len() < 2 {
            return;
        }
        for (at, branch) in target.branches.iter().enumerate() {
            let variant = format!("{id}_{at}");
            let mut lines = vec![branch.id.clone()];
            lines.extend(then(branch.lines()));
            self.node(&variant, "(", &label(&lines), ")");
            let unused = never.is_some() || branch.share == 0;
            self.edge(id, if unused { "-.->" } else { "-->" }, &format!("{}%", branch.share), &variant);
            if unused {
                self.never.push(variant);
            }
        }
    }
}

/// Says of all but the first of what is tried that it comes after.
fn then(lines: Vec<String>) -> impl Iterator<Item = String> {
    lines
        .into_iter()
        .enumerate()
        .map(|(at, line)| if at == 0 || line.starts_with('·') { line } else { format!("then {line}") })
}

/// Lines as the label of a node.
fn label(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    lines.join("<br/>")
}

/// Text that Mermaid takes for text. It reads entities of its own (`#35;`), directives (`%%{`), icons (`fa:`), formulas
/// (`$$`), and what is left as Markdown and HTML.
fn escaped(line: &str) -> String {
    let line = escape::line(line.trim_end());
    let mut out = String::with_capacity(line.len() + 16);
    let mut begins = true;
    for c in line.chars() {
        let plain = match c {
            'a'..='z' | 'A'..='Z' => true,
            // At the beginning they may make a list.
            '0'..='9' | '-' | '=' | '(' | ')' | ',' | '\'' | '/' | '?' => !begins,
            '.' => !begins && !out.to_ascii_lowercase().ends_with("www"),
            ' ' => !begins && !out.ends_with(' '),
            c => !c.is_ascii(),
        };
        begins = false;
        match c {
            c if plain => out.push(c),
            '"' => out.push_str("#quot;"),
            '&' => out.push_str("#amp;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            ' ' => out.push_str("#nbsp;"),
            // Two of them begin a formula, as entities too: nothing, but something, stands between.
            '$' if out.ends_with("#36;") => out.push_str("#8203;#36;"),
            c => {
                let _ = write!(out, "#{};", u32::from(c));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_of_users_means_anything() {
        assert_eq!(escaped("tier == \"pro\""), "tier == #quot;pro#quot;");
        assert_eq!(escaped("1. a"), "#49;. a");
        assert_eq!(escaped("- a"), "#45; a");
        assert_eq!(escaped("%%{init}%%"), "#37;#37;#123;init#125;#37;#37;");
        assert_eq!(escaped("<img src=x>"), "#lt;img src=x#gt;");
        assert_eq!(escaped("a#b;`c`*d*_e_"), "a#35;b#59;#96;c#96;#42;d#42;#95;e#95;");
        assert_eq!(escaped("https://www.x.y"), "https#58;//www#46;x.y");
        assert_eq!(escaped("a\n\"]b"), "a#92;n#quot;#93;b");
        assert_eq!(escaped("  a  b "), "#nbsp; a #nbsp;b");
        assert_eq!(escaped("größe"), "größe");
        assert_eq!(escaped("$$$"), "#36;#8203;#36;#8203;#36;");
    }
}
