//! Whatever is written: no panic, and a layout that is one.

use std::fs;
use std::path::Path;

use irc::format::Formatted;

use super::{laid_out, settled};
use crate::made::{Random, Writer, definition};
use crate::tree::ROOT;

#[test]
fn signs_in_any_order() {
    let signs: Vec<&str> = "name:|: |-|- |\n|\n  |\n    |routes:|when:|model: |a|\"|'|[|]|{|}|,|&a |*a |!|#| # |>-\n  b\n|>+\n|\\|(|)|1|é|\t|\r\n|---\n|<<: |? |%|~|...\n|null|# irc: allow(x)\n|# irc: fmt skip\n|\u{feff}|\u{2028}|a b|key: value\n|- item\n"
        .split('|')
        .chain(["|\n  text\n\n", "|+\n  text\n\n", "|2\n    text\n", ": |\n", "\n\n"])
        .collect();
    let mut random = Random::new(11);
    let mut laid = 0;
    for _ in 0..5_000 {
        let text: String = (0..random.below(24)).map(|_| random.pick(&signs)).collect();
        laid += usize::from(settled("signs.yaml", text.as_bytes()).is_some());
    }
    assert!(laid > 500, "only {laid} were read");
}

#[test]
fn bytes_changed() {
    let mut random = Random::new(12);
    for seed in 0..60 {
        let mut made = Random::new(seed);
        let definition = definition(&mut made);
        let mut writer = Writer::new(&mut made);
        writer.document(&definition);
        let bytes = writer.out.into_bytes();
        for _ in 0..40 {
            let mut changed = bytes.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(changed.len());
                match random.below(4) {
                    0 => drop(changed.remove(at)),
                    1 => changed.insert(at, b"\"'[]{}:#&*!|>-?,\n\t ()=\\"[random.below(22)]),
                    2 => changed[at] = b"\"'[]{}:#&*!|>-?,\n\t ()=\\"[random.below(22)],
                    _ => changed.insert(at, changed[random.below(changed.len())]),
                }
            }
            settled("changed.yaml", &changed);
        }
    }
}

#[test]
fn lines_taken_out_or_twice() {
    let path = Path::new(ROOT).join("tests/fmt/everything.yaml");
    let text = fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for at in 0..lines.len() {
        let without: String =
            lines.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, line)| *line).collect();
        settled("line.yaml", without.as_bytes());
        let mut twice = lines.clone();
        twice.insert(at, lines[at]);
        settled("twice.yaml", twice.concat().as_bytes());
    }
}

#[test]
fn what_grows_beyond_the_bound_is_refused() {
    // Each of the short items would stand on a line of its own, far to the right.
    let (open, close) = ("[".repeat(90), "]".repeat(90));
    let items = "1,".repeat(100_000);
    match laid_out("wide.yaml", format!("a: {open}{items}{close}\n").as_bytes()) {
        Formatted::Refused(what) => assert!(what.contains("4194304 bytes"), "{what}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn bytes_that_are_no_text_and_json_are_left_alone() {
    assert_eq!(laid_out("a.yaml", b"name: \xff\n"), Formatted::Unreadable);
    assert_eq!(laid_out("a.yaml", b"name: [\n"), Formatted::Unreadable);
    assert_eq!(laid_out("a.json", b"{"), Formatted::Json);
    assert_eq!(laid_out("a.yaml", b" {\"name\": [1]}"), Formatted::Json);
    assert_eq!(laid_out("a.yaml", b"{name: 1}"), Formatted::Text("{name: 1}\n".into()));
    assert_eq!(laid_out("a.yaml", b""), Formatted::Text(String::new()));
}
