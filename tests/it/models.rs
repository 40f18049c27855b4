//! `irc models` as people use it: what is told, where it goes, what the exit code says.

use crate::sessions::Session;

const SUPPORT: &str = "\
name: support
routes:
  - id: pro
    when: tier == \"pro\"
    variants:
      - {id: main, weight: 60, model: openai/gpt-5.2, fallbacks: [openai/gpt-5-mini]}
      - {id: best, weight: 40, model: auto, candidates: [openai/gpt-5.2, openai/gpt-5-mini], sort: price}
default: {model: gpt-5-nano, ignore: openai/gpt-5-mini}
";
const CLEAN: &str = "name: clean\ndefault: {model: openai/gpt-5.2}\n";
const ANSWER: &str = r#"{"models": [
  {"provider": "openai", "model": "gpt-5.2", "pricing": {"promptToken": 2e-6, "completionToken": 1e-5}},
  {"provider": "openai", "model": "gpt-5-mini", "pricing": {"promptToken": 9e-6, "completionToken": 1e-5}, "retiresOn": "2027-03-01"},
  {"provider": "openai", "model": "gpt-9"}
]}"#;

fn project(name: &str) -> Session {
    Session::new(name).with(&[
        ("routers/support.yaml", SUPPORT),
        ("routers/clean.yaml", CLEAN),
        ("answer.json", ANSWER),
    ])
}

#[test]
fn filters_and_their_faults() {
    let s = Session::new("models-list");
    let (code, out, _) =
        s.run(&["models", "list", "--max-price", "0.14", "--can", "vision", "--sort", "price"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("model ") && out.contains("openai/gpt-5-nano"), "{out}");
    let (code, out, _) = s.run(&["models", "list", "--min-context", "900m"]);
    assert_eq!((code, out.as_str()), (1, "no model is known that passes all of that\n"));
    for (arguments, said) in [
        (&["list", "--provider", "opneai"][..], "unknown provider `opneai`"),
        (&["list", "--reads", "pfd"], "no model is known to read `pfd`: did you mean `pdf`?"),
        (&["list", "--min-context", "lots"], "a number of tokens, such as 200000, 200k or 1m"),
        (&["list", "--retires-before", "soon"], "not a day written as 2026-11-22"),
        (&["show", "openai/gpt5.2"], "did you mean openai/gpt-5.2"),
        (&["show", "openai"], "it is a provider: `irc models list --provider openai`"),
        (&["compare", "openai/gpt-5.2"], "there is nothing to compare `openai/gpt-5.2` with"),
        (&["compare"], "MODEL"),
        (&["lisst"], "`irc models` has no command `lisst`: did you mean `list`?"),
        (&["--as-of", "2026-11-22"], "name a command of `irc models`"),
        (&["import", "gone.json"], "cannot read gone.json: there is no such file"),
        (&["impact", "-", "-"], "standard input can be read once"),
    ] {
        let (code, out, err) = s.run(&[&["models"], arguments].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(said), "{arguments:?}: {err}");
    }
}

#[test]
fn comparing_puts_models_side_by_side() {
    let s = Session::new("models-compare");
    let (code, out, _) =
        s.run(&["models", "compare", "openai/gpt-5.2", "anthropic/claude-opus-4-6", "openai/gpt-5.2"]);
    assert_eq!(code, 0);
    let line = |name: &str| {
        out.lines().find(|l| l.starts_with(name)).unwrap().split_whitespace().collect::<Vec<_>>()
    };
    assert_eq!(line("prompt/M"), ["prompt/M", "1.750", "5.000"]);
    assert_eq!(line("response_schema"), ["response_schema", "yes", "no"]);
    assert_eq!(line("1,000 requests"), ["1,000", "requests", "$9.62", "$20.00"]);
    // What does not fit stands below.
    let mut narrow = s.command(&["models", "compare", "gpt-oss-120b"]);
    narrow.env("COLUMNS", "80");
    let out = String::from_utf8(narrow.output().unwrap().stdout).unwrap();
    assert!(out.matches("\nmodel ").count() >= 1, "{out}");
    let (_, json, _) = s.run(&["models", "compare", "gpt-oss-120b", "--format", "json"]);
    assert!(json.contains("\"id\": \"groq/openai/gpt-oss-120b\""), "{json}");
}

#[test]
fn an_answer_becomes_a_catalogue_that_irc_takes() {
    let s = project("models-import");
    let (code, file, told) = s.run(&["models", "import", "answer.json"]);
    assert_eq!(code, 0);
    assert!(
        file.starts_with("{\"models\": [\n  {\"provider\":\"openai\",\"model\":\"gpt-5-mini\""),
        "{file}"
    );
    assert!(
        told.starts_with("compared with the built-in catalogue of 2026-11-22\nnew (1)\n  openai/gpt-9\n"),
        "{told}"
    );
    assert!(
        told.contains("  openai/gpt-5.2: prompt $1.750 → $2.000 (+14%), answer $14.000 → $10.000 (-29%)\n"),
        "{told}"
    );
    assert!(told.contains("retires 2026-12-11 → 2027-03-01"), "{told}");
    let (code, told, err) = s.run(&["models", "import", "answer.json", "-o", "models.json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(told.ends_with("wrote 3 models to models.json\n"), "{told}");
    assert_eq!(std::fs::read_to_string(s.folder.join("models.json")).unwrap(), file);
    // Named in irc.toml it is what is known, and what the next one is compared with.
    s.write("irc.toml", "catalogue = \"models.json\"\n");
    let (_, out, _) = s.run(&["models", "list"]);
    assert!(out.ends_with("3 models; prices in US dollars for a million tokens; - is unknown\n"), "{out}");
    let (_, out, err) = s.piped(&["models", "import", "-", "-o", "models.json"], &file);
    assert!(
        err.is_empty() && out.starts_with("the same as ") && out.contains("models.json\nwrote 3"),
        "{out}{err}"
    );
    // What is no answer leaves the file alone.
    let (code, out, err) =
        s.piped(&["models", "import", "-", "-o", "models.json"], r#"{"code": 16, "message": "no key"}"#);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("expected the answer of the Models API"), "{err}");
    assert_eq!(std::fs::read_to_string(s.folder.join("models.json")).unwrap(), file);
    // A broken one can be renewed.
    s.write("models.json", "{");
    let (code, ..) = s.run(&["models", "import", "answer.json", "-o", "models.json"]);
    assert_eq!(code, 0);
}

#[test]
fn retiring_models_are_found_where_they_are_used() {
    let s = project("models-retiring");
    let asked = ["models", "retiring", "--as-of", "2026-11-22", "--horizon", "60d"];
    let (code, out, err) = s.run(&[&asked[..], &["routers"]].concat());
    assert_eq!((code, err.as_str()), (1, ""));
    let wanted = "\
openai/gpt-5-mini retires on 2026-12-11, in 19 days
  routers/support.yaml:6:67: support › pro › main: a fallback
  routers/support.yaml:7:74: support › pro › best: a candidate
  routers/support.yaml:8:38: support › default › main: ignored
openai/gpt-5-nano retires on 2026-12-11, in 19 days
  routers/support.yaml:8:18: support › default › main: its model, through `gpt-5-nano`
used by no definition:
  google-vertex/gemini-2.5-flash-lite retired on 2026-10-20
";
    assert!(out.starts_with(wanted), "{out}");
    assert!(out.ends_with("within 60 days of 2026-11-22; 2 are used by 2 definitions\n"), "{out}");
    // The short spelling says the same, and this folder is meant where none is named.
    let short = ["models", "--horizon", "60d", "--as-of", "2026-11-22"];
    assert_eq!(s.run(&short), (1, out, String::new()));
    let (code, _, _) = s.run(&[&asked[..], &["routers/clean.yaml"]].concat());
    assert_eq!(code, 0);
    let (code, out, err) = s.run(&[&asked[..], &["routers/clean.yaml", "gone.yaml"]].concat());
    assert_eq!(code, 2, "{out}");
    assert!(err.contains("cannot read gone.yaml"), "{err}");
    s.write("routers/broken.yaml", "name: broken\ndefault: {model: openai/gpt-5-mini\n");
    let (code, _, err) = s.run(&[&asked[..], &["routers/broken.yaml"]].concat());
    assert_eq!(code, 2);
    assert!(err.contains("parts of it cannot be read"), "{err}");
}

#[test]
fn without_definitions_the_models_alone_are_told() {
    let s = Session::new("models-retiring-alone");
    let (code, out, err) = s.run(&["models", "retiring", "--as-of", "2026-11-22", "--horizon", "20d"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("openai/gpt-5-mini retires on 2026-12-11, in 19 days\n"), "{out}");
    assert!(out.ends_with("; no definitions were looked at\n"), "{out}");
    let (code, _, err) = s.run(&["models", "retiring", "."]);
    assert_eq!(code, 2);
    assert!(err.contains("no definitions"), "{err}");
}

#[test]
fn the_impact_of_another_catalogue() {
    let s = project("models-impact");
    let (code, out, err) = s.run(&["models", "impact", "answer.json", "routers"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for line in [
        "  8:18: nobody serves `gpt-5-nano` any more (model)",
        "  6:67: `openai/gpt-5-mini` retires on 2027-03-01 (fallbacks)",
        "    main: openai/gpt-5.2: prompt $1.750 → $2.000 (+14%), answer $14.000 → $10.000 (-29%)",
        "    best: order was openai/gpt-5-mini, openai/gpt-5.2",
        "    best: order is  openai/gpt-5.2, openai/gpt-5-mini",
        "    cost: $6.33 → $8.00 per 1,000 requests (+26%)",
        "clean (routers/clean.yaml)",
        "2 of 2 definitions are affected: the built-in catalogue of 2026-11-22 → answer.json",
    ] {
        assert!(out.lines().any(|l| l == line), "{line}\n{out}");
    }
    let (code, ..) = s.run(&["models", "impact", "answer.json", "routers", "--exit-code"]);
    assert_eq!(code, 1);
    let same = ["models", "impact", "answer.json", "routers", "--catalog", "answer.json", "--exit-code"];
    let (code, out, _) = s.run(&same);
    assert_eq!(code, 2, "it has no gpt-5-nano, so the definition has an error: {out}");
    let (code, out, _) = s.run(&[
        "models",
        "impact",
        "answer.json",
        "routers/clean.yaml",
        "--catalog",
        "answer.json",
        "--exit-code",
    ]);
    assert_eq!((code, out.as_str()), (0, "nothing changes for 1 definition: answer.json → answer.json\n"));
    s.write("routers/broken.yaml", "name: broken\ndefault: {model: openai/gpt-5.2, weight: 3}\n");
    let (code, out, err) = s.run(&["models", "impact", "answer.json", "routers/broken.yaml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("weights-not-100"), "{err}");
}

#[test]
fn replacing_a_model_keeps_everything_else() {
    let s = project("models-replace");
    s.write("routers/wire.json", "{\"name\": \"wire\", \"defaultRoute\": {\"route_id\": \"d\", \"variants\": [{\"weight\": 100, \"variant\": {\"variant_id\": \"v\", \"model_id\": \"openai/gpt-5-mini\"}}]}}\n");
    let read = |name: &str| std::fs::read_to_string(s.folder.join(name)).unwrap();
    let asked = ["models", "replace", "openai/gpt-5-mini", "openai/gpt-5.4-mini", "routers"];
    // Nothing is written when only the difference is asked for.
    let (code, diff, err) = s.run(&[&asked[..], &["--diff"]].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(diff.starts_with("--- routers/support.yaml\n+++ routers/support.yaml\n@@ "), "{diff}");
    assert!(diff.contains("\n+default: {model: gpt-5-nano, ignore: openai/gpt-5.4-mini}\n"), "{diff}");
    assert_eq!(s.run(&[&asked[..], &["--dry-run"]].concat()).1, diff);
    assert_eq!(read("routers/support.yaml"), SUPPORT);
    let (code, out, err) = s.run(&asked);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out,
        "routers/support.yaml: lines 6, 7, 8\nrouters/wire.json: line 1\n\
         put `openai/gpt-5.4-mini` in place of `openai/gpt-5-mini` in 4 places of 2 files\n"
    );
    assert_eq!(read("routers/support.yaml"), SUPPORT.replace("openai/gpt-5-mini", "openai/gpt-5.4-mini"));
    assert!(read("routers/wire.json").contains("\"model_id\": \"openai/gpt-5.4-mini\""));
    assert_eq!(read("routers/clean.yaml"), CLEAN);
    // The second time there is nothing left to do, which is told.
    let (code, out, _) = s.run(&asked);
    assert_eq!((code, out.as_str()), (1, "`openai/gpt-5-mini` stands nowhere in 3 files\n"));
    let (_, json, _) = s.run(&[
        "models",
        "replace",
        "openai/gpt-5.4-mini",
        "openai/gpt-5-mini",
        "routers",
        "--format",
        "json",
    ]);
    assert!(json.contains("\"written\": true") && json.contains("\"line\": 8"), "{json}");
    let (code, out, _) = s.piped(&["models", "replace", "gpt-5-nano", "gpt-5.4-nano", "-"], SUPPORT);
    assert_eq!((code, out), (0, SUPPORT.replace("gpt-5-nano", "gpt-5.4-nano")));
}

#[test]
fn a_replacement_that_adds_an_error_is_refused_for_all_files() {
    let s = project("models-replace-refused");
    // With the other model in it the tests of one file name a model twice under one key.
    s.write(
        "routers/invariant.yaml",
        "name: kept\ndefault: {model: openai/gpt-5-mini}\ninvariants:\n  - {name: no Claude, never: {provider: anthropic}}\n",
    );
    let asked = ["models", "replace", "openai/gpt-5-mini", "anthropic/claude-opus-4-6", "routers"];
    let (code, out, err) = s.run(&asked);
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert!(err.contains("invariant-violated") && err.contains("nothing was written"), "{err}");
    let text = std::fs::read_to_string(s.folder.join("routers/support.yaml")).unwrap();
    assert_eq!(text, SUPPORT);
}

#[test]
fn what_cannot_be_replaced() {
    let s = project("models-replace-faults");
    for (old, new, said) in [
        ("openai/gpt-5-mini", "openai/gpt-5-mini", "OLD and NEW are the same"),
        ("openai/gpt-5-mini", "openai/gpt5.2", "unknown model `openai/gpt5.2`; did you mean openai/gpt-5.2"),
        ("openai/gpt-5-mini", "auto", "`auto` is no model"),
        ("openai/gpt-5-mini", "inworld/support", "is a router, not a model"),
        ("openai", "anthropic/claude-opus-4-6", "`openai` is a provider, not a model"),
        ("a b", "openai/gpt-5.2", "it holds a blank"),
    ] {
        let (code, out, err) = s.run(&["models", "replace", old, new, "routers"]);
        assert_eq!((code, out.as_str()), (2, ""), "{old} {new}");
        assert!(err.contains(said), "{old} {new}: {err}");
    }
    let (code, _, err) =
        s.run(&["models", "replace", "a/b", "openai/gpt-5.2", "routers/clean.yaml", "gone.yaml"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot read gone.yaml"), "{err}");
}
