//! The rules of this pass.

crate::declare_rules! {
    TEST_FAILED = "IRC711" "test-failed", Error, Test, None;
    UNREADABLE_TEST = "IRC712" "unreadable-test", Error, Test, None;
    VARIANT_RESTS_ON_ASSUMPTION = "IRC713" "variant-rests-on-assumption", Error, Test, None;
    IMPOSSIBLE_EXPECTATION = "IRC714" "impossible-expectation", Error, Test, None;
    SNAPSHOT_DIFFERS = "IRC715" "snapshot-differs", Error, Test, None;
    SNAPSHOT_MISSING = "IRC716" "snapshot-missing", Error, Test, None;
    OBSOLETE_SNAPSHOT = "IRC717" "obsolete-snapshot", Warning, Test, None;
}
