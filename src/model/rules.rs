//! The rules of this pass.

crate::declare_rules! {
    NOT_A_ROUTER = "IRC100" "not-a-router", Error, Shape, None;
    UNKNOWN_FIELD = "IRC101" "unknown-field", Error, Shape, Sometimes;
    MISSING_FIELD = "IRC102" "missing-field", Error, Shape, None;
    WRONG_TYPE = "IRC103" "wrong-type", Error, Shape, Sometimes;
    WIRE_KEY = "IRC104" "wire-key", Error, Shape, Sometimes;
    INVALID_VALUE = "IRC105" "invalid-value", Error, Shape, Sometimes;
    OUT_OF_RANGE = "IRC106" "out-of-range", Error, Shape, None;
    CONFLICTING_FIELDS = "IRC107" "conflicting-fields", Error, Shape, Sometimes;
    LEGACY_FIELD_NAME = "IRC108" "legacy-field-name", Warning, Shape, Sometimes;
    UNSUPPORTED_VERSION = "IRC109" "unsupported-version", Error, Shape, None;
    NO_ROUTES = "IRC110" "no-routes", Error, Shape, None;
    UNREADABLE_REFERENCE = "IRC111" "unreadable-reference", Error, Shape, None;
    INVALID_TYPE = "IRC112" "invalid-type", Error, Shape, Sometimes;
    METADATA_KEY_NOT_IDENTIFIER = "IRC113" "metadata-key-not-identifier", Error, Names, None;
    REQUEST_ONLY_OPTION = "IRC423" "request-only-option", Error, Shape, None;
    INVALID_NAME = "IRC114" "invalid-name", Error, Names, None;
    NOT_A_SHARED_FILE = "IRC120" "not-a-shared-file", Error, Shape, None;
    NO_TESTS = "IRC710" "no-tests", Error, Shape, None;
    REUSE_LIMIT = "IRC121" "reuse-limit", Error, Shape, None;
}
