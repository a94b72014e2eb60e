//! Finished reports as small tables.

use std::borrow::Cow;

use app::model::{Breakdown, Trend};

use super::Form;

/// Columns `bucket,key,label,value`, one record per bucket and series. An empty value is unknown: nobody looked.
/// Gives the file and its number of records.
pub fn trend(trend: &Trend, form: Form) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    form.head(&mut out, &["bucket", "key", "label", "value"]);
    for (index, bucket) in trend.buckets.iter().enumerate() {
        for series in &trend.series {
            let value = series.values.get(index).copied().flatten();
            let value = value.map_or(Cow::Borrowed(""), |value| value.to_string().into());
            form.record(&mut out, [bucket.into(), (&series.key).into(), (&series.label).into(), value]);
        }
    }
    (out, trend.buckets.len() * trend.series.len())
}

/// Columns `key,label,findings,occurrences`, one record per row. Gives the file and its number of records.
pub fn breakdown(breakdown: &Breakdown, form: Form) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    form.head(&mut out, &["key", "label", "findings", "occurrences"]);
    for row in &breakdown.rows {
        let counts = [row.findings, row.occurrences].map(|count| Cow::from(count.to_string()));
        let [findings, occurrences] = counts;
        form.record(&mut out, [(&row.key).into(), (&row.label).into(), findings, occurrences]);
    }
    (out, breakdown.rows.len())
}
