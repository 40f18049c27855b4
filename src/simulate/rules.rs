//! The rules of this pass: what is worth knowing about a request. `request-breaks-contract` is one of `check`, which finds
//! it in tests.

crate::declare_rules! {
    METADATA_AT_TOP_LEVEL = "IRC702" "metadata-at-top-level", Warning, Test, None;
    REQUEST_LEVEL_SELECTION = "IRC703" "request-level-selection", Info, Test, None;
    ANOTHER_ROUTER = "IRC704" "another-router", Warning, Test, None;
    MISSING_PROMPT_VARIABLE = "IRC705" "missing-prompt-variable", Warning, Test, None;
    PARAMETER_SET_TWICE = "IRC706" "parameter-set-twice", Warning, Test, None;
}
