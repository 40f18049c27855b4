use super::super::samples::{self, ERROR};
use super::*;
use crate::source::Span;

const PLAIN: Options = Options { color: false, unicode: true, width: 80, summary: false };

fn drawn(text: &str, options: &Options, build: impl FnOnce(&dyn Fn(&str) -> Span) -> Diagnostic) -> String {
    let mut sources = Sources::new();
    let file = sources.add("router.yaml", text);
    let find = |needle: &str| {
        let start = text.find(needle).unwrap();
        Span::new(file, start, start + needle.len())
    };
    let units = [super::super::Unit { diagnostics: vec![build(&find)], sources }];
    let mut out = Vec::new();
    write(&samples::report(&units), options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares with `snapshots/<name>.txt`; with `IRC_BLESS` set the file is written anew.
fn check(name: &str, actual: &str) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/render/human/snapshots");
    let path = format!("{folder}/{name}.txt");
    if std::env::var_os("IRC_BLESS").is_some() {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(
        actual, expected,
        "{name}: the drawing changed; if that is meant, run with IRC_BLESS=1\n{actual}"
    );
}

#[test]
fn shows_everything_there_is() {
    let units = samples::units();
    let mut out = Vec::new();
    write(&samples::report(&units), &Options { summary: true, ..PLAIN }, &mut out).unwrap();
    check("everything", &String::from_utf8(out).unwrap());
}

#[test]
fn ascii_and_long_lines() {
    let line = format!("a: {}\nb: {}needle{}\n", "x ".repeat(200), "y ".repeat(200), " z".repeat(200));
    let options = Options { unicode: false, width: 60, ..PLAIN };
    let text = drawn(&line, &options, |find| Diagnostic::new(&ERROR, find("needle"), "found").label("here"));
    check("ascii-long-line", &text);
}

#[test]
fn wide_and_hidden_characters() {
    let text = "\u{feff}a: 日本語 é x\n\tb: \u{202e}\x1b[31m y\r\n";
    let drawn = drawn(text, &PLAIN, |find| {
        Diagnostic::new(&ERROR, find("本"), "wide")
            .label("one")
            .also(find("x"), "two")
            .also(find("y"), "three")
    });
    check("wide-and-hidden", &drawn);
}

#[test]
fn labels_that_overlap_get_windows_of_their_own() {
    let drawn = drawn(samples::ROUTER, &PLAIN, |find| {
        Diagnostic::new(&ERROR, find("weight: 60"), "twice").label("whole").also(find("60"), "part")
    });
    check("overlap", &drawn);
}

#[test]
fn several_lines_and_tall_spans() {
    let drawn = drawn(samples::ROUTER, &PLAIN, |find| {
        Diagnostic::new(&ERROR, find("weight: 60\n      model: openai/gpt-5.2\n"), "item")
            .label("this item")
            .also(find(samples::ROUTER), "all of it")
    });
    check("tall", &drawn);
}

#[test]
fn empty_files_and_ends() {
    let d = |text: &str| {
        drawn(text, &PLAIN, |_| {
            let mut sources = Sources::new();
            let file = sources.add("same-id", "");
            Diagnostic::new(&ERROR, Span::new(file, text.len(), text.len()), "ends here").label("end")
        })
    };
    check("end-empty", &d(""));
    check("end-lf", &d("a: 1\n"));
    check("end-cr", &d("a: 1\r"));
}

#[test]
fn colors_only_when_asked_for() {
    let build = |find: &dyn Fn(&str) -> Span| Diagnostic::new(&ERROR, find("pro"), "m").help("h");
    assert!(!drawn(samples::ROUTER, &PLAIN, build).contains('\x1b'));
    let colored = drawn(samples::ROUTER, &Options { color: true, ..PLAIN }, build);
    assert!(colored.contains("\x1b[1;31merror[IRC998]\x1b[0m"), "{colored}");
    assert!(colored.contains("\x1b[36mhelp:\x1b[0m h"), "{colored}");
}

#[test]
fn nothing_found() {
    let units = [super::super::Unit { sources: Sources::new(), diagnostics: Vec::new() }];
    let mut out = Vec::new();
    write(&samples::report(&units), &Options { summary: true, ..PLAIN }, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "no problems in 1 file\n");
}

proptest::proptest! {
    #[test]
    fn whatever_is_marked_can_be_drawn(
        text in "([a-c] |\n|\r\n|\r|\t|é|日|👩\u{200d}🚀|\u{feff}|\u{1b}|\u{202e}|x{90}){0,40}",
        spans in proptest::collection::vec((0_usize..200, 0_usize..80), 1..14),
        width in 0_usize..150,
        unicode in proptest::bool::ANY,
    ) {
        let options = Options { color: false, unicode, width, summary: true };
        let mut at = None;
        let out = drawn(&text, &options, |_| {
            let mut sources = Sources::new();
            let file = sources.add("router.yaml", text.as_str());
            let mut spans = spans.iter().map(|(start, len)| Span::new(file, *start, start + len));
            let first = spans.next().unwrap();
            // Spans of the passes lie on characters of the text; those that do not must not hurt either.
            let on_text = |at: u32| text.get(at as usize..).is_some_and(|rest| !rest.starts_with('\n'));
            at = on_text(first.start).then(|| sources.get(file).unwrap().position(first.start));
            spans.fold(Diagnostic::new(&ERROR, first, "m").label("l"), |d, span| d.also(span, ""))
        });
        proptest::prop_assert!(!out.contains(|c: char| c != '\n' && super::super::escape::is_hidden(c)), "{out}");
        proptest::prop_assert!(!out.contains("Failed to read"), "{out}");
        if let Some(at) = at {
            let head = format!("[router.yaml:{}:{}]", at.line, at.column);
            proptest::prop_assert!(out.lines().nth(2).unwrap().ends_with(&head), "{head}\n{out}");
        }
        let widest = out.lines().map(|l| l.chars().count()).max().unwrap();
        proptest::prop_assert!(widest <= width.max(super::wrap::NARROWEST) + 14, "{widest}\n{out}");
    }
}
