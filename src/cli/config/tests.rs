use super::*;
use crate::diag::{Fixability, Severity};
use crate::source::{Sources, Span};

const fn rule(name: &'static str, code: &'static str, level: Level, group: Group) -> Meta {
    Meta { name, code, level, group, since: "0.1.0", fixable: Fixability::None, page: "" }
}

static SYNTAX: Meta = rule("yaml-syntax", "IRC001", Level::Error, Group::Yaml);
static STYLE: Meta = rule("odd-order", "IRC601", Level::Info, Group::Style);
static QUIET: Meta = rule("undocumented-feature", "IRC602", Level::Off, Group::Style);

fn parse(text: &str) -> Result<Config, String> {
    let rules = [&SYNTAX, &STYLE, &QUIET].into_iter();
    Config::parse(text, PathBuf::from("/project"), rules).map_err(|fault| fault.at("irc.toml", text))
}

/// What remains of one finding of each rule, with its severity.
fn levels(text: &str) -> Vec<(&'static str, Severity)> {
    let mut sources = Sources::new();
    let span = Span::file_start(sources.add("a", ""));
    let found = [&SYNTAX, &STYLE, &QUIET].map(|meta| Diagnostic::new(meta, span, "m"));
    let kept = parse(text).unwrap().levels.apply(found.into());
    kept.iter().map(|d| (d.meta.name, d.severity)).collect()
}

#[test]
fn reads_all_there_is() {
    let config = parse(
        "include = [\"conf/*.yaml\"]\ncatalogue = \"models.json\"\nmetadata = \"meta.yaml\"\n\
         [models]\nextra = [\"openai/mine\"]\n[lint]\nodd-order = \"off\"\n[analysis]\nbudget = 500\n",
    )
    .unwrap();
    assert_eq!(config.catalogue, Some(PathBuf::from("/project/models.json")));
    assert_eq!(config.metadata, Some(PathBuf::from("/project/meta.yaml")));
    assert_eq!(config.extra_models, ["openai/mine"]);
    assert_eq!(config.analysis_budget, Some(500));
    assert!(!config.levels.is_on(&STYLE) && !config.levels.is_on(&QUIET) && config.levels.is_on(&SYNTAX));
    let (root, globs) = config.include().unwrap();
    assert_eq!(root, Path::new("/project"));
    assert!(globs.is_match("conf/a.yaml") && !globs.is_match("conf/sub/a.yaml"));
    assert!(parse("").unwrap().include().is_none());
}

#[test]
fn a_rule_wins_over_its_group_and_syntax_stays() {
    let default = [("yaml-syntax", Severity::Error), ("odd-order", Severity::Info)];
    assert_eq!(levels(""), default);
    assert_eq!(
        levels("[lint]\nstyle = \"error\"\nodd-order = \"warning\"\nyaml = \"off\"\n"),
        [
            ("yaml-syntax", Severity::Error),
            ("odd-order", Severity::Warning),
            ("undocumented-feature", Severity::Error)
        ]
    );
    assert_eq!(
        levels("[lint]\nodd-order = \"off\"\nyaml-syntax = \"error\"\n"),
        [("yaml-syntax", Severity::Error)]
    );
}

#[test]
fn faults_name_place_and_remedy() {
    let fault = |text: &str| parse(text).unwrap_err();
    assert_eq!(fault("\nincldue = []\n"), "irc.toml:2:1: unknown key `incldue`: did you mean `include`?");
    assert_eq!(
        fault("zzz = 1"),
        "irc.toml:1:1: unknown key `zzz`; there is `include`, `lint`, `catalogue`, `metrics`, `models`, `metadata`, `analysis`"
    );
    assert_eq!(
        fault("[lint]\nodd-order = \"warn\"\n"),
        "irc.toml:2:13: unknown level `warn`: write off, info, warning or error"
    );
    assert_eq!(
        fault("[lint]\nodd-oder = \"off\"\n"),
        "irc.toml:2:1: there is no rule or group `odd-oder`: did you mean `odd-order`?"
    );
    assert_eq!(
        fault("[lint]\nIRC601 = \"off\"\n"),
        "irc.toml:2:1: rules are set by name: write `odd-order` for `IRC601`"
    );
    assert_eq!(
        fault("[lint]\nyaml-syntax = \"off\"\n"),
        "irc.toml:2:1: `yaml-syntax` is always an error: what it finds has no meaning"
    );
    assert!(fault("include = [\"a[\"]\n").starts_with("irc.toml:1:12: `a[` is no pattern: "));
    assert!(fault("include = \n").starts_with("irc.toml:1:"));
    assert!(fault("include = 3\n").contains("invalid type"));
}

#[test]
fn levels_are_set_one_by_one() {
    let rules = [&SYNTAX, &STYLE, &QUIET];
    let mut levels = Levels::default();
    assert!(levels.is_on(&STYLE) && !levels.is_on(&QUIET));
    levels.set("undocumented-feature", Level::Warning, &rules).unwrap();
    levels.set("style", Level::Off, &rules).unwrap();
    assert!(!levels.is_on(&STYLE) && levels.is_on(&QUIET) && levels.is_on(&SYNTAX));
    let fault = levels.set("odd-oder", Level::Off, &rules).unwrap_err();
    assert_eq!(fault, "there is no rule or group `odd-oder`: did you mean `odd-order`?");
}
