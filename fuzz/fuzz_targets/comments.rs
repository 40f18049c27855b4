#![no_main]
//! Where the YAML crate finds no fault in a text, the comments that it reports are those that `irc` finds beside it.

use granit_parser::{Event, Parser};
use irc::diag::Sink;
use irc::source::Sources;
use irc::yaml;

fn reported(text: &str) -> Option<Vec<(usize, usize)>> {
    let options = granit_parser::options! {
        strict_indentation: true,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        max_buffered_comment_events: usize::MAX,
    };
    let mut comments = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, place) = event.ok()?;
        if matches!(event, Event::Comment(..)) {
            let range = place.byte_range()?;
            comments.push((range.start, range.end));
        }
    }
    comments.sort_unstable();
    Some(comments)
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Some(reported) = reported(text) else { return };
    let mut sources = Sources::new();
    let id = sources.add("a.yaml", text.to_owned());
    let mut sink = Sink::new();
    let tree = yaml::parse(sources.get(id).unwrap(), &yaml::Options::default(), &mut sink);
    let found: Vec<_> = tree.comments.iter().map(|c| (c.span.start as usize, c.span.end as usize)).collect();
    // What the YAML crate allows and `irc` does not is painted over before it reads.
    assert!(found == reported || !sink.finish(&Default::default()).is_empty(), "{text:?}: {reported:?}, not {found:?}");
});
