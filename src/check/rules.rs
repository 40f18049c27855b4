//! The rules of this pass.

crate::declare_rules! {
    CEL_SYNTAX = "IRC200" "cel-syntax", Error, Cel, Sometimes;
    UNDECLARED_VARIABLE = "IRC201" "undeclared-variable", Error, Cel, Sometimes;
    TYPE_MISMATCH = "IRC202" "type-mismatch", Error, Cel, Sometimes;
    INVALID_REGEX = "IRC203" "invalid-regex", Error, Cel, Sometimes;
    IMPOSSIBLE_VALUE = "IRC204" "impossible-value", Error, Cel, Sometimes;
    UNKNOWN_FUNCTION = "IRC205" "unknown-function", Error, Cel, Sometimes;
    CONDITION_NOT_BOOL = "IRC206" "condition-not-bool", Error, Cel, None;
    HAS_ON_VARIABLE = "IRC207" "has-on-variable", Error, Cel, None;
    CEL_LIMIT = "IRC208" "cel-limit", Error, Cel, None;
    AMBIGUOUS_NUMBER = "IRC209" "ambiguous-number", Warning, Cel, Sometimes;
    SUSPICIOUS_VARIABLE = "IRC210" "suspicious-variable", Warning, Cel, None;
    BACKSPACE_IN_REGEX = "IRC211" "backspace-in-regex", Warning, Cel, Sometimes;
    CHAINED_COMPARISON = "IRC212" "chained-comparison", Error, Cel, Sometimes;
    CONDITION_CYCLE = "IRC213" "condition-cycle", Error, Cel, None;
    CAPTURED_VARIABLE = "IRC214" "captured-variable", Error, Cel, None;
    WEIGHTS_NOT_100 = "IRC301" "weights-not-100", Error, Names, None;
    DUPLICATE_ID = "IRC302" "duplicate-id", Error, Names, None;
    UNKNOWN_MODEL = "IRC303" "unknown-model", Error, Names, Sometimes;
    UNKNOWN_PROVIDER = "IRC304" "unknown-provider", Error, Names, Sometimes;
    INVALID_MODEL_ID = "IRC305" "invalid-model-id", Error, Names, Sometimes;
    ROUTER_AS_MODEL = "IRC306" "router-as-model", Warning, Names, None;
    RETIRING_MODEL = "IRC307" "retiring-model", Warning, Names, None;
    RETIRED_MODEL = "IRC308" "retired-model", Warning, Names, None;
    UNKNOWN_REFERENCE = "IRC309" "unknown-reference", Error, Names, Sometimes;
    DUPLICATE_ROUTER = "IRC310" "duplicate-router", Error, Names, None;
    UNKNOWN_POOL = "IRC311" "unknown-pool", Error, Names, Sometimes;
    NAME_TAKEN = "IRC312" "name-taken", Error, Names, None;
    UNUSED_NAME = "IRC313" "unused-name", Warning, Names, None;
    CALLER_NEEDS_TOOLS = "IRC450" "caller-needs-tools", Warning, Correctness, None;
    CALLER_NEEDS_CONTEXT = "IRC451" "caller-needs-context", Warning, Correctness, None;
    CALLER_LACKS_REQUIRED = "IRC452" "caller-lacks-required", Warning, Correctness, None;
    REQUEST_BREAKS_CONTRACT = "IRC701" "request-breaks-contract", Warning, Test, None;
}
