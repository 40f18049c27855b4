//! Many files: all processors take part, and nothing of that is seen in what is said.

use crate::sessions::{Run, Session};

fn many(name: &str) -> Session {
    let s = Session::new(name);
    for number in 0..60 {
        // Large and small ones by turns: who begins first is not done first.
        let routes: String = (0..1 + number % 7 * 6)
            .map(|n| format!("  - {{id: r{n}, when: tier == \"t{n}\", model: openai/gpt-4o}}\n"))
            .collect();
        let name = format!("routers/{}/n{number:02}.yaml", ["a", "b", "c"][number / 20]);
        s.write(
            &name,
            &format!(
                "name: n{number}\nroutes:\n{routes}default:\n  model: openai/gpt-0\ntests:\n  - name: t{number}\n    request: {{metadata: {{tier: t0}}}}\n    expect: {{route: {}}}\n",
                if number % 2 == 0 { "r0" } else { "default" }
            ),
        );
        s.write(
            &name.replace(".yaml", ".test.yaml"),
            &format!("router: n{number:02}.yaml\ntests:\n  - name: s{number}\n    request: {{}}\n    expect: {{route: r0}}\n"),
        );
    }
    s
}

fn on(s: &Session, threads: &str, arguments: &[&str]) -> Run {
    let mut command = s.command(arguments);
    let output = command.env("RAYON_NUM_THREADS", threads).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn what_is_said_stands_in_the_order_of_the_paths() {
    let s = many("parallel");
    for arguments in [
        &["check", "--format", "short"][..],
        &["check", "--format", "json"],
        &["test", "--format", "short"],
        &["test", "--format", "json", "--coverage"],
        &["test", "--format", "junit"],
    ] {
        let alone = on(&s, "1", arguments);
        assert_eq!((alone.0 == 1, alone.2.as_str()), (arguments[0] == "test", ""), "{arguments:?}");
        for threads in ["2", "8"] {
            assert!(on(&s, threads, arguments) == alone, "{arguments:?} on {threads} threads");
        }
    }
    let (_, said, _) = on(&s, "8", &["check", "--format", "short"]);
    let files = said
        .lines()
        .filter(|line| line.contains("unknown-model"))
        .map(|line| line.split(':').next().unwrap());
    let files: Vec<&str> = files.collect();
    assert_eq!(files.len(), 60);
    assert!(files.is_sorted(), "{files:?}");
    let (_, said, _) = on(&s, "8", &["test", "--format", "short"]);
    let files =
        said.lines().filter(|line| line.starts_with("routers/")).map(|line| line.split(':').next().unwrap());
    let files: Vec<&str> = files.collect();
    assert_eq!(files.len(), 90);
    assert!(files.is_sorted(), "{files:?}");
}
