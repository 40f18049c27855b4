use super::*;

#[test]
fn show() {
    for text in std::fs::read_to_string("/tmp/mistakes.txt").unwrap().lines() {
        let text = text.replace("\\n", "\n");
        let (ast, issues) = parse(&text, &ParseOptions::default());
        println!("=== {text}     [{}]", crate::cel::print(&ast));
        for i in &issues {
            println!(
                "  {}..{} {:?}: {}",
                i.span.start,
                i.span.end,
                &text[i.span.start as usize..i.span.end as usize],
                i.message()
            );
            for (s, w) in &i.also {
                println!("     also {:?} {w}", &text[s.start as usize..s.end as usize]);
            }
            if let Some(n) = i.note() {
                println!("     note: {n}");
            }
            if let Some(n) = i.help() {
                println!("     help: {n}");
            }
            if let Some(f) = &i.fix {
                println!("     fix ({}): {}", f.title, properties::apply(&text, &f.edits));
            }
        }
    }
}
