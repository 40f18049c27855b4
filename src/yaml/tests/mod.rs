//! Tests of the pass as a whole.

// Slices of text are checked here by the tests failing.
#![allow(clippy::string_slice)]

mod conditions;
mod large;
mod recovery;
mod scalars;
mod shapes;

use super::{Limits, Node, Options, Tree, decode, parse_decoded};
use crate::diag::{Diagnostic, Sink, Suppressions, apply};
use crate::source::{FileId, Sources};

/// What one text gave.
struct Run {
    sources: Sources,
    id: FileId,
    tree: Tree,
    found: Vec<Diagnostic>,
}

fn run_bytes(bytes: &[u8], limits: Limits) -> Run {
    let options = Options { limits, ..Options::default() };
    let (text, fault) = decode(bytes.to_vec(), &options.limits);
    let mut sources = Sources::new();
    let id = sources.add("a.yaml", text);
    let mut sink = Sink::new();
    let tree = parse_decoded(sources.get(id).unwrap(), fault.as_ref(), &options, &mut sink);
    Run { id, tree, found: sink.finish(&Suppressions::default()), sources }
}

fn run(text: &str) -> Run {
    run_bytes(text.as_bytes(), Limits::default())
}

impl Run {
    fn text(&self) -> &str {
        self.sources.get(self.id).unwrap().text()
    }

    /// Each finding as `line:column name`.
    fn places(&self) -> Vec<String> {
        let file = self.sources.get(self.id).unwrap();
        let place = |d: &Diagnostic| {
            let at = file.position(d.span.start);
            format!("{}:{} {}", at.line, at.column, d.meta.name)
        };
        self.found.iter().map(place).collect()
    }

    fn root(&self) -> &Node {
        self.tree.documents[0].root.as_ref().unwrap()
    }

    /// The text after the first fix of the first finding.
    fn fixed(&self) -> Option<String> {
        let fix = self.found.first()?.fixes.first()?;
        apply(self.text(), self.id, &fix.edits)
    }

    /// The tree in one line.
    fn shown(&self) -> String {
        let documents: Vec<String> = self
            .tree
            .documents
            .iter()
            .map(|d| d.root.as_ref().map_or("-".to_owned(), |root| show(root)))
            .collect();
        documents.join(" | ")
    }
}

fn show(node: &Node) -> String {
    use super::Kind;
    match &node.kind {
        Kind::Scalar(s) => format!("{:?}", s.value),
        Kind::Broken => "!".into(),
        Kind::Sequence(items) => {
            format!("[{}]", items.iter().map(|i| show(i)).collect::<Vec<_>>().join(", "))
        }
        Kind::Mapping(entries) => {
            let entry = |e: &super::Entry| format!("{}: {}", e.key.as_str().unwrap(), show(&e.value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Every span lies in the text, on character boundaries, and children lie in order.
fn check_spans(run: &Run) {
    fn node(text: &str, n: &Node) {
        assert!(text.get(n.span.start as usize..n.span.end as usize).is_some(), "{:?} in {text:?}", n.span);
        if let Some(s) = n.scalar() {
            for i in (0..=s.value.len()).filter(|i| s.value.is_char_boundary(*i)) {
                let at = s.map.offset(i) as usize;
                assert!(at <= text.len() && text.is_char_boundary(at), "{i} of {:?} in {text:?}", s.value);
                // The line breaks at the end of a block scalar lie behind its last line.
                let block = matches!(s.style, super::Style::Literal | super::Style::Folded);
                let end = if block { text.len() } else { n.span.end as usize };
                assert!(at >= n.span.start as usize && at <= end, "{i} of {:?} in {text:?}", s.value);
            }
        }
        n.items().unwrap_or_default().iter().for_each(|i| node(text, i));
        for entry in n.entries().unwrap_or_default() {
            assert!(entry.key.as_str().is_some(), "keys are text");
            node(text, &entry.key);
            node(text, &entry.value);
        }
    }
    let text = run.text();
    for document in &run.tree.documents {
        document.root.iter().for_each(|root| node(text, root));
    }
    for d in &run.found {
        for span in std::iter::once(d.span)
            .chain(d.labels.iter().map(|l| l.span))
            .chain(d.fixes.iter().flat_map(|f| f.edits.iter().map(|e| e.span)))
        {
            let range = span.start as usize..span.end as usize;
            assert!(text.get(range).is_some(), "{} {:?} {text:?}", d.message, span);
        }
        for fix in &d.fixes {
            assert!(apply(text, run.id, &fix.edits).is_some(), "{} {text:?}", d.message);
        }
    }
}

/// The first fenced block below a heading of a page, with its info string.
fn example<'p>(page: &'p str, heading: &str) -> (&'p str, &'p str) {
    let rest = page.split_once(&format!("\n## {heading}\n")).unwrap().1;
    let (info, rest) = rest.split_once("```").unwrap().1.split_once('\n').unwrap();
    (info, rest.split_once("```").unwrap().0)
}

/// What this pass says of an example: only its own rules can be checked here.
fn check_example((info, text): (&str, &str)) -> Vec<&'static str> {
    let limits = if info.contains("limits=small") { Limits::small() } else { Limits::default() };
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let escapes = [("\\xe9", &b"\xe9"[..]), ("\\u{7}", b"\x07"), ("\\n", b"\n"), ("\\t", b"\t")];
        let escape = escapes.iter().find(|(name, _)| info.contains("escaped") && rest.starts_with(name));
        match escape {
            Some((name, value)) => {
                bytes.extend_from_slice(value);
                rest = &rest[name.len()..];
            }
            None => {
                bytes.extend_from_slice(&rest.as_bytes()[..character.len_utf8()]);
                rest = &rest[character.len_utf8()..];
            }
        }
    }
    run_bytes(&bytes, limits).found.iter().map(|d| d.meta.name).collect()
}

#[test]
fn pages_fail_and_pass() {
    for rule in super::rules::ALL {
        assert_eq!(check_example(example(rule.page, "Fails")), [rule.name]);
        assert!(check_example(example(rule.page, "Passes")).is_empty(), "{}", rule.name);
    }
}
