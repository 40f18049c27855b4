//! The published schemas: the committed files are what the types say.

use std::fs;
use std::path::Path;

/// Set it to write what is expected anew.
const BLESS: &str = "IRC_BLESS";

#[test]
fn committed_schemas_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    for schema in irc::schemas::ALL {
        let path = folder.join(format!("{}.schema.json", schema.name));
        let text = irc::emit::to_json(&schema.generate());
        if std::env::var_os(BLESS).is_some() {
            fs::write(&path, &text).unwrap();
        } else {
            assert_eq!(schema.text, text, "{} is stale: run the tests with {BLESS}=1", path.display());
        }
    }
}
