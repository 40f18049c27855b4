//! The analysis of large definitions, beside the checking of the same in the same run.
//!
//!   cargo bench --bench analyze
//!
//! The definitions are generated: routes as people write them, over about 120 distinct comparisons, some of which are
//! never reached. Last it prints the medians. With `WRITE=FOLDER` it writes the definitions there instead, to be looked
//! at or profiled.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a benchmark may fail"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkGroup, Criterion, measurement::WallTime};
use irc::analyze::Budget;
use irc::catalogue::Catalogue;
use irc::diag::Sink;
use irc::source::{NoFiles, Sources};

/// How many routes, and how many milliseconds the analysis may take.
const SIZES: [(usize, f64); 2] = [(300, 100.0), (1_000, 1_000.0)];

const METADATA: &str = "\
metadata:
  tier: {type: string, enum: [free, basic, pro, team, business, enterprise], required: true}
  region: {type: string, required: true}
  country: string
  user_id: string
  app: {type: string, required: true}
  score: {type: number, min: 0, max: 100}
  seats: {type: int, min: 1}
  beta: bool
  internal: {type: bool, required: true}
  tags: {type: list, items: string}
";

/// A small generator of numbers, so that the definitions are the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % n
    }
}

/// The comparisons that conditions are put together from, by key.
fn atoms() -> Vec<Vec<String>> {
    let each = |key: &str, op: &str, values: &[&str]| -> Vec<String> {
        values.iter().map(|value| format!("{key} {op} {value}")).collect()
    };
    let texts = |key: &str, function: &str, values: &[&str]| -> Vec<String> {
        values.iter().map(|value| format!("{key}.{function}(\"{value}\")")).collect()
    };
    let quoted = |prefix: &str, count: usize| -> Vec<String> {
        (0..count).map(|n| format!("\"{prefix}{n}\"")).collect()
    };
    let named = |key: &str, names: &[String]| -> Vec<String> {
        names.iter().map(|name| format!("{key} == {name}")).collect()
    };
    let mut users =
        texts("user_id", "startsWith", &["ent-", "ent-eu-", "ent-us-", "trial-", "test-", "bot-"]);
    users.extend(texts("user_id", "endsWith", &["-admin", "-ci"]));
    users.extend(texts("user_id", "matches", &["^[0-9]+$", "^ent-[a-z]{2}-[0-9]{4}$", "(?i)demo"]));
    let mut content: Vec<String> = ["code", "refund", "translate", "summar", "sql", "error", "invoice"]
        .iter()
        .map(|word| format!("messages.last().content.contains(\"{word}\")"))
        .collect();
    content.extend(
        ["(?i)\\\\bfunction\\\\b", "(?i)\\\\brefunds?\\\\b", "^/[a-z]+"]
            .map(|pattern| format!("messages.last().content.matches(\"{pattern}\")")),
    );
    content.push("messages.size() > 10".to_owned());
    content.push("messages.exists(m, m.role == \"tool\")".to_owned());
    let tiers = ["free", "basic", "pro", "team", "business", "enterprise"].map(|tier| format!("\"{tier}\""));
    let regions = ["us", "eu", "ap", "sa", "af", "me"].map(|region| format!("\"{region}\""));
    vec![
        named("tier", &tiers),
        named("region", &regions),
        vec!["region in [\"us\", \"sa\"]".to_owned(), "region.startsWith(\"a\")".to_owned()],
        named("country", &quoted("c", 25)),
        named("app", &quoted("app-", 35)),
        each("score", ">", &["10", "25", "50", "60", "75", "80", "90", "95"]),
        each("score", "<", &["5", "20", "40.5"]),
        each("seats", ">=", &["2", "5", "10", "50", "100", "500", "1000"]),
        users,
        content,
        vec![
            "beta".to_owned(),
            "internal".to_owned(),
            "\"vip\" in tags".to_owned(),
            "\"eu-only\" in tags".to_owned(),
        ],
    ]
}

/// A definition of so many routes.
fn definition(count: usize) -> String {
    let atoms = atoms();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut used = BTreeSet::new();
    let mut text = format!("name: large\n{METADATA}routes:\n");
    let mut earlier: Vec<String> = Vec::new();
    for n in 0..count {
        // Each part of a condition is about another key.
        let mut keys: Vec<usize> = (0..atoms.len()).collect();
        let mut atom = |random: &mut Random| {
            let of_key = &atoms[keys.swap_remove(random.below(keys.len()))];
            let atom = &of_key[random.below(of_key.len())];
            used.insert(atom.clone());
            if random.below(16) == 0 { format!("!({atom})") } else { atom.clone() }
        };
        let mut parts: Vec<String> = (0..2 + random.below(3)).map(|_| atom(&mut random)).collect();
        if random.below(4) == 0 {
            let either = format!("({} || {})", atom(&mut random), atom(&mut random));
            parts.push(either);
        }
        let mut condition = parts.join(" && ");
        if n % 33 == 32 {
            // Narrower than one before it.
            condition = format!("{} && {condition}", earlier[random.below(earlier.len())]);
        }
        text += &format!("  - {{id: r{n}, when: '{condition}', model: openai/gpt-5.2}}\n");
        earlier.push(condition);
    }
    text += "default: {model: openai/gpt-4o-mini}\n";
    println!("{count} routes over {} distinct comparisons", used.len());
    text
}

/// Measures a definition.
fn measure(group: &mut BenchmarkGroup<'_, WallTime>, count: usize, text: &str) {
    let catalogue = Catalogue::embedded();
    let mut options = irc::Options::new(&catalogue);
    options.analysis = Budget { steps: 0, ..Budget::default() };
    let check = || {
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let loaded = irc::load(&mut sources, "router.yaml", text.as_bytes().to_vec(), &options);
        let mut file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
        (sources, file.definitions.remove(0))
    };
    group.bench_function(format!("check/{count}"), |b| b.iter(check));
    let (sources, checked) = check();
    assert!(checked.sound);
    let mut findings = 0;
    group.bench_function(format!("analyze/{count}"), |b| {
        b.iter_batched(
            Sink::new,
            |mut sink| {
                irc::analyze::analyze(&checked, &catalogue, &sources, Budget::default(), &mut sink);
                findings = sink.as_slice().len();
                sink
            },
            BatchSize::PerIteration,
        );
    });
    println!("{findings} findings");
}

/// The median of what was measured in this run, in milliseconds.
fn median(name: &str, count: usize) -> Option<f64> {
    let root = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let path = Path::new(&root).join("criterion/large").join(name).join(count.to_string());
    let text = std::fs::read_to_string(path.join("new/estimates.json")).ok()?;
    let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(estimates["median"]["point_estimate"].as_f64()? / 1e6)
}

fn main() {
    if let Some(folder) = std::env::var_os("WRITE") {
        for (count, _) in SIZES {
            std::fs::write(Path::new(&folder).join(format!("large-{count}.yaml")), definition(count))
                .unwrap();
        }
        return;
    }
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    let mut group = criterion.benchmark_group("large");
    for (count, _) in SIZES {
        measure(&mut group, count, &definition(count));
    }
    group.finish();
    for (count, most) in SIZES {
        let (Some(check), Some(analyze)) = (median("check", count), median("analyze", count)) else {
            continue;
        };
        println!(
            "{count} routes: analysis {analyze:.1} ms (at most {most} ms), {:.1} times the checking before it ({check:.1} ms)",
            analyze / check
        );
    }
    criterion.final_summary();
}
