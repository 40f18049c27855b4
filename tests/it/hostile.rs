//! Whatever is thrown at it: no panic, no hang, no raw control character on the output of any form, and a clear word
//! about the reason. Tests run on threads of two MiB, as whoever embeds the library may.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use clap::ValueEnum;
use irc::Options;
use irc::catalogue::{Catalogue, Date};
use irc::diag::Sink;
use irc::render::{self, Format, Report, Unit};
use irc::source::{NoFiles, Sources};

use crate::examples::examples;
use crate::tree::ROOT;

/// Checks bytes as a file, and takes what is sound all the way to JSON and to a plan.
fn check(name: &str, bytes: &[u8], catalogue: &Catalogue) -> Unit {
    let mut options = Options::new(catalogue);
    options.as_of = Date::new(2026, 11, 22);
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let loaded = irc::load(&mut sources, name, bytes.to_vec(), &options);
    let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
    for checked in &file.definitions {
        if let Some(router) = irc::emit::router(&checked.definition) {
            irc::emit::to_json(&router);
        }
        irc::compile::compile(checked, catalogue);
    }
    let diagnostics = sink.finish(&file.suppressions);
    for diagnostic in &diagnostics {
        let text = sources.get(diagnostic.span.file).unwrap().text();
        let (start, end) = (diagnostic.span.start as usize, diagnostic.span.end as usize);
        assert!(
            text.get(start..end).is_some(),
            "{start}..{end} is no place in {name}: {}",
            diagnostic.message
        );
    }
    Unit { sources, diagnostics }
}

/// The findings in every form, none of which may hold what a terminal acts on.
fn shown(name: &str, bytes: &[u8]) -> Vec<(Format, String)> {
    let catalogue = Catalogue::embedded();
    let units = [check(name, bytes, &catalogue)];
    let report = Report::new(&units, "0");
    let mut out = Vec::new();
    for format in Format::value_variants() {
        let mut text = Vec::new();
        for unicode in [false, true] {
            let options = render::Options { color: false, unicode, width: 100, summary: true };
            render::write(*format, &report, &options, &mut text).unwrap();
        }
        let text = String::from_utf8(text).unwrap();
        let raw = text.chars().find(|c| is_dangerous(*c));
        assert_eq!(raw, None, "{format:?} of {name}:\n{}", text.escape_debug());
        out.push((*format, text));
    }
    out
}

/// What moves the cursor, turns text around or cannot be seen.
fn is_dangerous(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The findings, in the short form.
fn short(name: &str, bytes: &[u8]) -> String {
    let all = shown(name, bytes);
    all.into_iter().find(|(format, _)| *format == Format::Short).unwrap().1
}

/// A definition with this condition.
fn with_condition(condition: &str) -> Vec<u8> {
    format!(
        "name: support\nroutes:\n  - id: pro\n    when: |-\n      {condition}\n    model: openai/gpt-5.2\n\
         default:\n  model: openai/gpt-4o-mini\n"
    )
    .into_bytes()
}

#[test]
fn deep_conditions_are_refused_with_the_bound() {
    for condition in [
        format!("{}true{}", "(".repeat(10_000), ")".repeat(10_000)),
        "(".repeat(10_000),
        "[".repeat(10_000),
        "{1:".repeat(10_000),
        "!".repeat(100_000) + "true",
        "-".repeat(100_000) + "1",
        format!("a{}", ".b".repeat(100_000)),
        format!("a{}", "[0]".repeat(10_000)),
        "a ? b : ".repeat(10_000) + "c",
        "a.f(".repeat(10_000),
        "a.exists(x, ".repeat(5_000),
        format!("true{}", " && true".repeat(100_000)),
        format!("0 == 0{}", " + 1".repeat(100_000)),
        format!("a.matches(r\"{}\")", "(".repeat(10_000)),
        format!("a.matches(r\"{}\")", "a{1000}".repeat(1_000)),
    ] {
        let out = short("deep.yaml", &with_condition(&condition));
        let bounded = out.contains("limit") || out.contains("at most") || out.contains("more than");
        assert!(
            bounded || out.contains("is not closed"),
            "{}…: {}",
            &condition[..12],
            &out[..out.len().min(500)]
        );
    }
}

#[test]
fn long_flat_conditions_within_the_bounds_work() {
    let any = (0..500).map(|i| format!("a == \"{i}\"")).collect::<Vec<_>>().join(" || ");
    assert_eq!(short("flat.yaml", &with_condition(&any)), "");
}

#[test]
fn files_beyond_the_bounds_say_the_bound() {
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("10 MB of comment", b"# comment\n".repeat(1_000_000)),
        ("10 MB of one word", vec![b'a'; 10_000_000]),
        ("10 MB of NUL", vec![0; 10_000_000]),
        ("flow lists in each other", b"[".repeat(100_000)),
        ("flow mappings in each other", b"{a: ".repeat(100_000)),
        ("block lists in each other", b"- ".repeat(100_000)),
        (
            "block mappings in each other",
            (0..2_000).map(|i| format!("{}a:\n", " ".repeat(i))).collect::<String>().into_bytes(),
        ),
        ("100,000 routes", routes(100_000)),
        ("aliases of aliases", laughs()),
    ];
    for (what, bytes) in cases {
        let out = short("large.yaml", &bytes);
        assert!(out.contains("limit") || out.contains("at most"), "{what}: {}", &out[..out.len().min(500)]);
    }
}

fn routes(count: usize) -> Vec<u8> {
    let routes: String =
        (0..count).map(|i| format!("- {{id: r{i}, when: a == {i}, model: auto}}\n")).collect();
    format!("name: many\nroutes:\n{routes}").into_bytes()
}

fn laughs() -> Vec<u8> {
    let mut out = "x-0: &a0 [ha, ha]\n".to_owned();
    for i in 1..60 {
        let aliases = vec![format!("*a{}", i - 1); 10].join(", ");
        out.push_str(&format!("x-{i}: &a{i} [{aliases}]\n"));
    }
    out.into_bytes()
}

#[test]
fn many_routes_within_the_bounds_work() {
    // What the steps of the analysis do not suffice for is said, and nothing else.
    let out = short("many.yaml", &routes(5_000));
    assert!(
        out.lines()
            .filter(|line| !line.starts_with(' '))
            .all(|l| l.contains("analysis-incomplete") || l.contains("auto-without-sort")),
        "{out}"
    );
    // Every one of them at fault: the findings are all there.
    let same: String = (0..1_000).map(|_| "- {id: same, when: a, model: auto}\n").collect();
    let out = short("same.yaml", format!("name: same\nroutes:\n{same}").as_bytes());
    assert_eq!(out.matches("is used twice").count(), 2 * 999);
}

#[test]
fn what_merges_into_what_it_merges_ends() {
    for text in [
        "a: &a\n  <<: *a\n  b: 1\n",
        "a: &a [*a]\n",
        "x: &x {<<: [*x, *x]}\nname: support\n",
        "x-a: &a {<<: &b {<<: *a}}\nname: *b\n",
    ] {
        assert_ne!(short("merge.yaml", text.as_bytes()), "", "{text}");
    }
}

#[test]
fn long_words_do_not_flood_the_screen() {
    let long = "x".repeat(1_000_000);
    for text in [
        format!("name: {long}\ndefault:\n  model: openai/gpt-5.2\n"),
        format!("name: support\n{long}: 1\ndefault:\n  model: openai/gpt-5.2\n"),
        format!("name: support\ndefault:\n  model: openai/{long}\n"),
        format!("name: support\ndefault:\n  model: {long}/x\n"),
        format!("name: support\ndefault:\n  model: auto\n  sort: {long}\n"),
        format!("name: support\ndefault:\n  model: {long} {long}\n"),
        format!(
            "name: support\nmetadata: {{a: {long}, '{long} x': string, b: {{type: string, enum: [{long}]}}}}\nroutes:\n  - {{id: a, when: b == \"x\", model: auto}}\n"
        ),
        format!(
            "name: support\nroutes:\n  - {{id: {long}, when: a, model: auto}}\n  - {{id: {long}, when: a, model: auto}}\n"
        ),
        format!(
            "name: support\nroutes:\n  - {{id: a, when: '{long}', model: auto}}\n  - {{id: b, when: '{long} == 1', model: auto}}\n"
        ),
        format!("name: support\nroutes:\n  - {{id: a, when: '{long}()', model: auto}}\n"),
        format!("name: support\nroutes:\n  - {{id: a, when: 'a == \"{long}', model: auto}}\n"),
        format!("name: support\nroutes:\n  - {{id: a, when: !{long} b, model: auto}}\n"),
        format!(
            "name: support\ntests:\n  - {{name: a, request: {{}}, expect: {{route: {long}}}}}\ndefault:\n  model: openai/gpt-5.2\n"
        ),
    ] {
        for (format, out) in shown("long.yaml", text.as_bytes()) {
            // JSON and SARIF carry names and fixes whole.
            assert!(
                out.len() < 40_000 || matches!(format, Format::Json | Format::Sarif),
                "{format:?} takes {} bytes: {}…",
                out.len(),
                &text[..60]
            );
        }
    }
}

/// Texts that do something to who prints them.
const NASTY: &[&str] = &[
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]0;title\u{7}",
    "\u{9b}2J",
    "a\r\nb\u{8}\u{8}",
    "\u{202e}gnp.exe\u{2066}",
    "\u{200b}\u{feff}",
    "\u{0}\u{7f}",
    "\n::error file=x::pwned",
    "::error::pwned",
    "%0A::warning::x",
    "##[error]pwned",
    "`` ` ``",
    "\"><script>",
    "e\u{301}\u{300}\u{300}\u{300}",
];

#[test]
fn names_cannot_act_on_who_prints_them() {
    let mut count = 0;
    for nasty in NASTY {
        let quoted = quoted(nasty);
        let cel = quoted_in_cel(nasty);
        let texts = [
            format!(
                "name: {quoted}\ndefault: {{model: {quoted}, fallbacks: [{quoted}, 'a/{{}}']}}\n{quoted}: 1\n"
            ),
            format!(
                "name: a\nroutes:\n  - {{id: {quoted}, when: a, model: auto, candidates: [{quoted}]}}\n  - {{id: {quoted}, when: b, model: auto, sort: {quoted}}}\n"
            ),
            format!(
                "name: a\nmetadata: {{{quoted}: {quoted}, b: {{type: string, enum: [{quoted}, {quoted}]}}}}\nroutes:\n  - id: a\n    when: {cel}\n    model: auto\n"
            ),
            format!(
                "name: a\nmetadata: {{b: {{type: string, enum: [{quoted}]}}}}\nroutes:\n  - id: a\n    when: 'b == \"x\"'\n    model: auto\n"
            ),
            format!("name: a\nmetadata: {quoted}\ndefault: {{model: auto}}\n"),
            format!(
                "name: a\ninvariants:\n  - {{name: {quoted}, never: {{route: {quoted}, provider: {quoted}}}}}\ntests:\n  - {{name: {quoted}, request: {{metadata: {{{quoted}: {quoted}}}}}, expect: {{route: {quoted}}}}}\ndefault: {{model: auto}}\n"
            ),
            format!(
                "{{\"name\": \"a\", \"defaultRoute\": {{\"route_id\": {quoted}, {quoted}: 1, \"variants\": [{{\"variant\": {{\"variant_id\": {quoted}, \"model_id\": {quoted}}}, \"weight\": {quoted}}}]}}}}"
            ),
            format!("name: a\n{nasty}: 1\nroutes: {nasty}\n"),
            format!("name: a # irc: allow({nasty}) {nasty}\nroutes: [{nasty}]\n"),
            format!("name: a\nroutes:\n  - id: x\n    when: {nasty}\n    model: {nasty}\n"),
        ];
        for text in texts {
            for (format, out) in shown(&format!("{nasty}.yaml"), text.as_bytes()) {
                if format == Format::Github {
                    let is_command = |line: &str| {
                        ["::error ", "::warning ", "::notice "].iter().any(|c| line.starts_with(c))
                    };
                    assert!(out.lines().all(is_command), "{}", out.escape_debug());
                    count += out.lines().count();
                }
            }
        }
    }
    assert!(count > 500, "only {count} findings");
}

/// In double quotes of YAML and of JSON.
fn quoted(text: &str) -> String {
    serde_json::to_string(text)
        .unwrap()
        .replace('\u{7f}', "\\u007f")
        .replace('\u{9b}', "\\u009b")
        .replace('\u{feff}', "\\ufeff")
}

/// A comparison with the text, as a plain scalar in single quotes.
fn quoted_in_cel(text: &str) -> String {
    let text: String = text.chars().map(|c| format!("\\u{:04x}", c as u32)).collect();
    format!("'b == \"{text}\" && {text} > 1'")
}

/// Numbers that look random and are the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

#[test]
fn random_bytes_are_no_router() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..300 {
        let length = random.below(600);
        let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        if !bytes.is_empty() {
            assert_ne!(short("random.yaml", &bytes), "", "{bytes:?}");
        }
    }
    // Characters that mean something, in any order.
    let signs: Vec<&str> =
        "name:|: |-|- |\n|\n  |\n    |routes:|when:|model: |a|\"|'|[|]|{|}|,|&a |*a |!|#| # |>-\n|\\|&&|(|)|==|1|é|\t|---\n|<<: |?|%|@|`|..."
            .split('|')
            .collect();
    for _ in 0..2_000 {
        let text: String = (0..random.below(60)).map(|_| signs[random.below(signs.len())]).collect();
        shown("signs.yaml", text.as_bytes());
    }
}

#[test]
fn examples_with_bytes_changed_do_not_break_it() {
    let catalogue = Catalogue::embedded();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for path in examples() {
        let bytes = fs::read(&path).unwrap();
        for _ in 0..40 {
            let mut changed = bytes.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(changed.len());
                changed[at] = match random.below(3) {
                    0 => random.next() as u8,
                    1 => b"\"'[]{}:#&*!|>-?,\n\t ()=\\"[random.below(22)],
                    _ => changed[random.below(changed.len())],
                };
            }
            check("changed.yaml", &changed, &catalogue);
        }
    }
}

#[test]
fn examples_without_any_one_line_do_not_break_it() {
    let catalogue = Catalogue::embedded();
    for path in examples() {
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for left_out in 0..lines.len() {
            let rest: String =
                lines.iter().enumerate().filter(|(i, _)| *i != left_out).map(|(_, line)| *line).collect();
            check("line.yaml", rest.as_bytes(), &catalogue);
        }
    }
}

#[test]
fn examples_cut_short_anywhere_do_not_break_it() {
    let catalogue = Catalogue::embedded();
    for (number, path) in examples().iter().enumerate() {
        let bytes = fs::read(path).unwrap();
        // Every place of some, every seventh of all: each takes milliseconds without optimisation.
        let step = if bytes.len() < 1_200 { 1 } else { 7 };
        for end in (number % step..bytes.len()).step_by(step) {
            check("cut.yaml", &bytes[..end], &catalogue);
        }
    }
}

/// Exit code, standard output and standard error of the command in a folder of this test's own.
fn run(name: &str, arguments: &[&str], stdin: Option<Vec<u8>>) -> (i32, String, String) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile").join(name);
    fs::create_dir_all(folder.join("folder.yaml")).unwrap();
    fs::write(folder.join("empty.yaml"), "").unwrap();
    fs::write(folder.join("deep.yaml"), with_condition(&"(".repeat(10_000))).unwrap();
    fs::write(folder.join("large.yaml"), vec![b'a'; 10_000_000]).unwrap();
    fs::write(folder.join("random.yaml"), (0..=255).collect::<Vec<u8>>()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_irc"));
    command.current_dir(&folder).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = match stdin {
        None => command.stdin(Stdio::null()).output().unwrap(),
        Some(bytes) => {
            let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
            let mut pipe = child.stdin.take().unwrap();
            // Refusing early is its right.
            let writer = std::thread::spawn(move || drop(std::io::Write::write_all(&mut pipe, &bytes)));
            let output = child.wait_with_output().unwrap();
            writer.join().unwrap();
            output
        }
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(!(out.clone() + &err).contains(is_dangerous), "{out}{err}");
    (output.status.code().unwrap(), out, err)
}

#[test]
fn the_command_says_what_is_wrong_and_goes_on() {
    let check = |name: &str, files: &[&str]| {
        let mut arguments = vec!["check", "--no-config", "--format", "short"];
        arguments.extend_from_slice(files);
        run(name, &arguments, None)
    };
    let (code, out, _) = check("files", &["empty.yaml", "deep.yaml", "large.yaml", "random.yaml"]);
    assert_eq!(code, 1);
    for said in
        ["this file holds no router definition", "deep.yaml:5:", "4,194,304 is the limit", "not UTF-8"]
    {
        assert!(out.contains(said), "{said}: {out}");
    }
    let (code, out, err) = check("missing", &["empty.yaml", "gone.yaml", "folder.yaml"]);
    assert_eq!(code, 2);
    assert!(out.contains("this file holds no router definition"), "{out}");
    assert!(err.contains("cannot read gone.yaml: there is no such file"), "{err}");
    assert!(err.contains("no definitions in folder.yaml"), "{err}");
    for command in ["build", "simulate"] {
        for file in ["empty.yaml", "deep.yaml", "large.yaml", "random.yaml"] {
            let mut arguments = vec![command, "--no-config", file];
            if command == "simulate" {
                arguments.extend(["--request", "{}"]);
            }
            let (code, out, err) = run("refused", &arguments, None);
            assert_eq!((code, out.as_str()), (1, ""), "{command} {file}: {err}");
            assert!(err.contains("error["), "{command} {file}: {err}");
        }
    }
    let (code, out, _) = run("stdin", &["check", "--no-config", "-"], Some(vec![b'('; 5_000_000]));
    assert_eq!(code, 1);
    assert!(out.contains("file-too-large"), "{out}");
}

#[test]
fn requests_cannot_break_a_simulation() {
    let folder = Path::new(ROOT).join("tests/sim");
    let router = folder.join("router.yaml");
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let wide = format!("{{\"metadata\": {{\"tier\": {:?}}}}}", "x".repeat(2_000_000));
    let lines = [
        format!("{{\"metadata\": {deep}}}"),
        format!("{{\"metadata\": {{\"tier\": {deep}}}}}"),
        wide,
        "{\"metadata\": {\"tier\": \"\\u001b[31m\\u202e\\u0000\"}, \"user\": \"\\u001b[2J\"}".to_owned(),
        "{\"model\": \"inworld/\\u001b[31m\", \"messages\": []}".to_owned(),
        "\u{1b}[31m".to_owned(),
        "\u{0}".to_owned(),
        format!("{{\"messages\": [{}]}}", vec!["{\"role\": \"user\", \"content\": \"x\"}"; 20_000].join(",")),
    ];
    let text = lines.join("\n").into_bytes();
    for more in [&["--format", "jsonl"][..], &["--explain"], &["--explain", "--format", "jsonl"]] {
        let mut arguments = vec!["simulate", "--no-config", router.to_str().unwrap(), "-"];
        arguments.extend_from_slice(more);
        let (code, out, err) = run("requests", &arguments, Some(text.clone()));
        assert_eq!(code, 1, "{err}");
        assert!(err.contains("of 8 records are no requests"), "{err}");
        assert!(more.contains(&"jsonl") || out.len() < 100_000, "{} bytes", out.len());
    }
}
