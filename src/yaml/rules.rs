//! The rules of this pass.

crate::declare_rules! {
    NOT_UTF8 = "IRC001" "not-utf8", Error, Yaml, None;
    FILE_TOO_LARGE = "IRC002" "file-too-large", Error, Yaml, None;
    CONTROL_CHARACTER = "IRC003" "control-character", Error, Yaml, Always;
    TOO_DEEP = "IRC004" "too-deep", Error, Yaml, None;
    TOO_MANY_NODES = "IRC005" "too-many-nodes", Error, Yaml, None;
    YAML_SYNTAX = "IRC010" "yaml-syntax", Error, Yaml, Sometimes;
    BAD_INDENTATION = "IRC011" "bad-indentation", Error, Yaml, Sometimes;
    TAB_INDENTATION = "IRC012" "tab-indentation", Error, Yaml, Always;
    UNCLOSED_DELIMITER = "IRC013" "unclosed-delimiter", Error, Yaml, Sometimes;
    BAD_ESCAPE = "IRC014" "bad-escape", Error, Yaml, Sometimes;
    YAML_VERSION = "IRC015" "yaml-version", Warning, Yaml, None;
    DUPLICATE_KEY = "IRC020" "duplicate-key", Error, Yaml, Sometimes;
    BAD_KEY = "IRC021" "bad-key", Error, Yaml, None;
    YAML_TAG = "IRC022" "yaml-tag", Error, Yaml, None;
    UNKNOWN_ALIAS = "IRC023" "unknown-alias", Error, Yaml, None;
    BAD_MERGE_KEY = "IRC024" "bad-merge-key", Error, Yaml, None;
    YAML_ATE_CONDITION = "IRC030" "yaml-ate-condition", Error, Yaml, Sometimes;
}
