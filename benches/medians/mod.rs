//! What Criterion measured, read back so that medians can stand beside one another.

use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::Criterion;
use serde_json::Value as Json;

/// Where Criterion writes.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("criterion")
}

pub(crate) fn criterion() -> Criterion {
    Criterion::default()
        .output_directory(&folder())
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args()
}

/// A median in nanoseconds; `None` where a filter on the command line left it out.
pub(crate) fn median(group: &str, function: &str) -> Option<f64> {
    let path = folder().join(group).join(function.replace('/', "_")).join("new/estimates.json");
    let estimates: Json = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
    estimates.pointer("/median/point_estimate")?.as_f64()
}
