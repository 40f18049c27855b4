use std::collections::BTreeSet;

use super::*;

#[test]
fn names_and_ids_are_unique() {
    let mut names = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for function in all() {
        assert!(names.insert(function.name), "{} stands twice", function.name);
        assert!(!function.overloads.is_empty(), "{} has no overload", function.name);
        for overload in function.overloads {
            assert!(ids.insert(overload.id), "{} stands twice", overload.id);
            assert!(!overload.member || !overload.params.is_empty(), "{} has no receiver", overload.id);
        }
    }
}

#[test]
fn lookup_finds_every_name() {
    for function in all() {
        assert!(std::ptr::eq(lookup(function.name).unwrap(), function));
    }
    assert!(lookup("nothing").is_none());
}
