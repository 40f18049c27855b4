//! The rules of this pass.

crate::declare_rules! {
    CALLER_NEVER_MATCHES = "IRC453" "caller-never-matches", Warning, Analysis, None;
    CALLER_WITHOUT_ROUTE = "IRC454" "caller-without-route", Warning, Analysis, None;
    UNREACHABLE_ROUTE = "IRC801" "unreachable-route", Error, Analysis, None;
    CONDITION_ALWAYS_FALSE = "IRC802" "condition-always-false", Error, Analysis, None;
    CONDITION_ALWAYS_TRUE = "IRC803" "condition-always-true", Warning, Analysis, None;
    DEFAULT_UNREACHABLE = "IRC804" "default-unreachable", Warning, Analysis, None;
    NO_ROUTE_FOR_SOME_REQUESTS = "IRC805" "no-route-for-some-requests", Warning, Analysis, None;
    CONDITION_CAN_ERROR = "IRC806" "condition-can-error", Warning, Analysis, None;
    INVARIANT_VIOLATED = "IRC807" "invariant-violated", Error, Analysis, None;
    INVARIANT_UNKNOWN = "IRC808" "invariant-unknown", Warning, Analysis, None;
    LOST_WHEN_MISSING = "IRC809" "lost-when-missing", Warning, Analysis, Sometimes;
    REDUNDANT_CONDITION = "IRC810" "redundant-condition", Warning, Analysis, Sometimes;
    OVERLAPPING_ROUTES = "IRC811" "overlapping-routes", Off, Analysis, None;
    ANALYSIS_INCOMPLETE = "IRC812" "analysis-incomplete", Info, Analysis, None;
    REACHABILITY_UNKNOWN = "IRC813" "reachability-unknown", Off, Analysis, None;
}
