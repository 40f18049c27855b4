use super::*;
use crate::diag::{Fixability, Group, Severity};
use crate::source::{Sources, Span};

const fn rule(name: &'static str, code: &'static str, level: Level, group: Group) -> Meta {
    Meta { name, code, level, group, since: "0.1.0", fixable: Fixability::None, page: "" }
}

static SYNTAX: Meta = rule("yaml-syntax", "IRC001", Level::Error, Group::Yaml);
static STYLE: Meta = rule("odd-order", "IRC601", Level::Info, Group::Style);
static QUIET: Meta = rule("undocumented-feature", "IRC602", Level::Off, Group::Style);

fn parse(text: &str) -> Result<Config, String> {
    let rules = [&SYNTAX, &STYLE, &QUIET].into_iter();
    Config::parse(text.to_owned(), "irc.toml", Path::new("/project"), rules)
}

/// What remains of one finding of each rule, with its severity.
fn levels(text: &str) -> Vec<(&'static str, Severity)> {
    levels_of(&parse(text).unwrap(), "a.yaml")
}

/// The same in some file of the project.
fn levels_of(config: &Config, file: &str) -> Vec<(&'static str, Severity)> {
    let mut sources = Sources::new();
    let span = Span::file_start(sources.add("a", ""));
    let found = [&SYNTAX, &STYLE, &QUIET].map(|meta| Diagnostic::new(meta, span, "m"));
    let kept = config.settle(found.into(), |_| Path::new("/project").join(file));
    kept.iter().map(|d| (d.meta.name, d.severity)).collect()
}

fn is_on(config: &Config, rule: &Meta) -> bool {
    config.levels().is_on(rule)
}

#[test]
fn reads_all_there_is() {
    let config = parse(
        "include = [\"conf/*.yaml\"]\nexclude = [\"conf/old\"]\nformat = \"short\"\nfail-on = \"info\"\ncatalogue = \"models.json\"\nmetadata = \"meta.yaml\"\n\
         [models]\nextra = [\"openai/mine\"]\n[lint]\nodd-order = \"off\"\n[analysis]\nbudget = 500\n",
    )
    .unwrap();
    assert_eq!(config.catalogue, Some(PathBuf::from("/project/models.json")));
    assert_eq!(config.metadata, Some(PathBuf::from("/project/meta.yaml")));
    assert_eq!(config.extra_models, ["openai/mine"]);
    assert_eq!(config.analysis_budget, Some(500));
    assert_eq!((config.format, config.fail_on), (Some(Format::Short), Some(FailOn::Info)));
    assert!(!is_on(&config, &STYLE) && !is_on(&config, &QUIET) && is_on(&config, &SYNTAX));
    let wants = |path: &str| config.patterns().wants(Path::new(path), || unreachable!());
    assert!(wants("/project/conf/a.yaml") && !wants("/project/conf/sub/a.yaml"));
    assert!(!wants("/elsewhere/conf/a.yaml"));
    assert!(parse("").unwrap().patterns().wants(Path::new("/project/x.yaml"), || true));
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
fn what_is_left_out_is_a_file_or_a_folder_with_all_below() {
    let config = parse("exclude = [\"legacy\", \"**/*.draft.yaml\", \"old/*.yaml\"]\n").unwrap();
    let wants = |path: &str| config.patterns().wants(&Path::new("/project").join(path), || true);
    for yes in ["router.yaml", "a/legacy/router.yaml", "old/below/router.yaml", "legacy.yaml"] {
        assert!(wants(yes), "{yes}");
    }
    for no in ["legacy/router.yaml", "legacy/a/b/router.yaml", "a/b.draft.yaml", "b.draft.yaml", "old/a.yaml"]
    {
        assert!(!wants(no), "{no}");
    }
    assert!(config.patterns().wants(Path::new("/other/legacy/router.yaml"), || true));
}

#[test]
fn later_levels_win_over_earlier_ones() {
    let text = "[lint]\nodd-order = \"error\"\nyaml = \"off\"\n\
                [[overrides]]\npaths = [\"legacy/**\"]\nlint = { style = \"warning\" }\n\
                [[overrides]]\npaths = [\"legacy/new/*\", \"x.yaml\"]\nlint = { odd-order = \"off\" }\n";
    let mut config = parse(text).unwrap();
    let (syntax, style, quiet) = ("yaml-syntax", "odd-order", "undocumented-feature");
    let (error, warning) = (Severity::Error, Severity::Warning);
    assert_eq!(levels_of(&config, "a.yaml"), [(syntax, error), (style, error)]);
    assert_eq!(levels_of(&config, "x.yaml"), [(syntax, error)]);
    // What is said of the group for some paths wins over what is said of the rule for all.
    let old = [(syntax, error), (style, warning), (quiet, warning)];
    assert_eq!(levels_of(&config, "legacy/a/b.yaml"), old);
    assert_eq!(levels_of(&config, "legacy/new/b.yaml"), [(syntax, error), (quiet, warning)]);
    config.asked.set("style", Level::Error, &[&SYNTAX, &STYLE, &QUIET]).unwrap();
    let asked = [(syntax, error), (style, error), (quiet, error)];
    assert_eq!(levels_of(&config, "legacy/new/b.yaml"), asked);
}

#[test]
fn faults_name_place_and_remedy() {
    let fault = |text: &str| parse(text).unwrap_err();
    assert_eq!(fault("\nincldue = []\n"), "irc.toml:2:1: unknown key `incldue`: did you mean `include`?");
    assert_eq!(
        fault("zzz = 1"),
        "irc.toml:1:1: unknown key `zzz`; there is `include`, `exclude`, `format`, `fail-on`, `baseline`, `lint`, `overrides`, `catalogue`, `metrics`, `models`, `metadata`, `analysis`"
    );
    assert_eq!(
        fault("[lint]\nodd-order = \"warn\"\n"),
        "irc.toml:2:13: unknown level `warn`, as which `warning` may be meant: write off, info, warning or error"
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
    for (text, said) in [
        ("include = 3", "1:11: a list is to stand here, and there is the number `3`"),
        ("exclude = \"a\"", "1:11: a list is to stand here, and there is the text \"a\""),
        (
            "exclude = [\"../a\"]",
            "1:12: `../a` is no pattern: patterns begin at the folder of irc.toml, and stay below it",
        ),
        ("lint = 3", "1:8: a table is to stand here, and there is the number `3`"),
        ("fail_on = \"error\"", "1:1: unknown key `fail_on`: did you mean `fail-on`?"),
        ("fail-on = \"eror\"", "1:11: there is no level `eror`: did you mean `error`?"),
        ("format = \"jsn\"", "1:10: there is no format `jsn`: did you mean `json`?"),
        ("format = true", "1:10: a text is to stand here, and there is `true`"),
        (
            "[analysis]\nbudget = -1",
            "2:10: a whole number from 0 on is to stand here, and there is the number `-1`",
        ),
        ("[analysis]\nbugdet = 1", "2:1: unknown key `bugdet`: did you mean `budget`?"),
        ("[models]\nextra = [1]", "2:10: a text is to stand here, and there is the number `1`"),
        ("[[overrides]]\nlint = {}", "1:1: `paths` is missing here"),
        ("[[overrides]]\npaths = []\nlint = {}", "1:1: an override without `paths` is for no file"),
        ("[[overrides]]\npaths = [\"a\"]", "1:1: `lint` is missing here"),
        ("[[overrides]]\npath = [\"a\"]\nlint = {}", "2:1: unknown key `path`: did you mean `paths`?"),
        (
            "[[overrides]]\npaths = [\"a\"]\nlint = {odd-oder = \"off\"}",
            "3:9: there is no rule or group `odd-oder`: did you mean `odd-order`?",
        ),
        (
            "[[overrides]]\npaths = [\"a\"]\nlint = {odd-order = \"allow\"}",
            "3:21: unknown level `allow`, as which `off` may be meant: write off, info, warning or error",
        ),
        ("[overrides]\npaths = [\"a\"]", "1:1: a list is to stand here, and there is a table"),
    ] {
        assert_eq!(fault(text), format!("irc.toml:{said}"), "{text}");
    }
}
