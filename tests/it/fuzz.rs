//! The fuzz targets over their committed seeds: what was found once stays found.

use std::fs;
use std::path::Path;

use crate::tree::ROOT;

#[path = "../../fuzz/targets/mod.rs"]
#[expect(unreachable_pub, reason = "the fuzz targets use it too")]
pub(crate) mod targets;

/// Runs a target over all of its seeds.
fn replay(name: &str, run: fn(&[u8])) {
    let folder = Path::new(ROOT).join("fuzz/seeds").join(name);
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let data = fs::read(&path).unwrap();
        let outcome = std::panic::catch_unwind(|| run(&data));
        assert!(outcome.is_ok(), "{}", path.display());
        count += 1;
    }
    assert!(count >= 20, "only {count} seeds in {}", folder.display());
}

#[test]
fn the_lexer_holds_its_seeds() {
    replay("lexer", targets::lexer::run);
}

#[test]
fn the_parser_holds_its_seeds() {
    replay("parser", targets::parser::run);
}

#[test]
fn the_checker_holds_its_seeds() {
    replay("checker", targets::checker::run);
}

#[test]
fn the_evaluator_holds_its_seeds() {
    replay("evaluator", targets::evaluator::run);
}
