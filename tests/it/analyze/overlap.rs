//! Routes that match the same requests.

use super::*;

/// Each finding as the later route and the earlier ones, its request decided again.
fn overlaps(metadata: &str, conditions: &[&str]) -> Vec<String> {
    let catalogue = Catalogue::embedded();
    let mut options = irc::Options::new(&catalogue);
    options.analysis.overlaps = true;
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let text = router(metadata, conditions);
    let loaded = irc::load(&mut sources, "router.yaml", text.into_bytes(), &options);
    let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
    let plan = compile::compile(&file.definitions[0], &catalogue).unwrap();
    let found = sink.finish(&file.suppressions);
    let found = found.iter().filter(|d| d.meta.name == "overlapping-routes");
    found
        .map(|d| {
            let words: Vec<&str> = d.message.split('`').skip(1).step_by(2).collect();
            assert_eq!(simulated(&plan, d.witness.as_ref().unwrap()).route.as_deref(), Some(words[1]));
            words.join(" ")
        })
        .collect()
}

#[test]
fn are_found_with_a_request() {
    assert_eq!(overlaps("", &["tier == \"a\"", "region == \"eu\""]), ["r1 r0"]);
    assert_eq!(overlaps("", &["x > 5", "x > 3", "x > 1"]), ["r1 r0", "r2 r0 r1"]);
    assert_eq!(overlaps("", &["n.startsWith(\"a\")", "n.endsWith(\"b\")"]), ["r1 r0"]);
}

#[test]
fn are_not_found_where_there_are_none() {
    assert_eq!(overlaps("", &["tier == \"a\"", "tier == \"b\""]), NOTHING);
    assert_eq!(overlaps("", &["x > 5", "x <= 5"]), NOTHING);
    // Never reached, and meant to take the rest.
    assert_eq!(overlaps("", &["x > 3", "x > 5"]), NOTHING);
    assert_eq!(overlaps("", &["x > 3", "true"]), NOTHING);
    // Off unless asked for.
    assert_eq!(told("", &["tier == \"a\"", "region == \"eu\""]), NOTHING);
}
