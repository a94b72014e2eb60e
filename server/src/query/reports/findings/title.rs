//! Where a list by title begins. Reading every title of a window takes most of what such a list takes. Memory has limits
//! between which those of each day lie: the day that may have the first one is read alone, and most often has it.

use app::model::{Category, Field, Sort, SortDirection};

use super::first_place;
use crate::query::QueryError;
use crate::query::compile::Conditions;
use crate::query::reports::FindingList;
use crate::query::resident::chooses;
use crate::query::rolled::slices_of;
use crate::query::spec::Spec;
use crate::store::{Snapshot, sql_time};

/// Where a list begins that goes by title; `None`: it does not, or every title has to be read.
pub(super) fn first_title(
    snapshot: &Snapshot<'_>,
    (spec, list): (&Spec, &FindingList),
    conditions: &Conditions,
) -> Result<Option<String>, QueryError> {
    let Spec { filter, from, to, .. } = spec;
    // What has a text is hardly what has the first title.
    if list.sort != Sort::Title || filter.text.is_some() {
        return Ok(None);
    }
    let categories = filter.fields.get(&Field::Category);
    let is_chosen = |category: Option<Category>| chooses(categories, category.map(Category::as_str));
    let Some(mut days) = snapshot.titles(&slices_of(filter), is_chosen, (*from, *to)) else { return Ok(None) };
    // The newest of those that are alike.
    match list.direction {
        SortDirection::Ascending => days.sort_by(|a, b| a.first.cmp(&b.first).then(b.from.cmp(&a.from))),
        SortDirection::Descending => days.sort_by(|a, b| b.last.cmp(&a.last).then(b.from.cmp(&a.from))),
    }
    let Some((day, others)) = days.split_first() else { return Ok(None) };
    let of_day = "f.created_at >= ? AND f.created_at < ?";
    let of_day = conditions.clone().and(of_day, [sql_time(day.from), sql_time(day.to)]);
    let first = first_place(snapshot, list, &of_day)?;
    let is_before = |first: &String| {
        others.first().is_none_or(|other| match list.direction {
            SortDirection::Ascending => *first <= other.first,
            SortDirection::Descending => *first >= other.last,
        })
    };
    Ok(first.filter(is_before))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use app::model::Filter;
    use jiff::SignedDuration;
    use jiff::tz::TimeZone;
    use rand::{Rng, SeedableRng};

    use super::*;
    use crate::query::compile::in_window;
    use crate::query::reports::findings;
    use crate::query::tests::{now, observation, seeded_in};
    use crate::store::tests::documents::batch;
    use crate::store::tests::in_memory;

    const QUERIES: [&str; 6] = [
        "",
        "dir=desc",
        "range=24h&sample=include&kind=threat,posture",
        "severity=high,critical&category=!(none)&dir=desc",
        "family=(none)&status=active",
        "from=2026-11-18T00:00:00Z&to=2026-11-20T00:00:00Z&category=reverse-shell",
    ];

    /// Whatever titles, categories and kinds findings had before, and whether a change was committed.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_list_by_title_begins_where_it_does() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(17);
        let title = |number: usize| format!("{} title {}", ["A", "a", "Z", "é"][number % 4], number % 7);
        let store = seeded_in(in_memory(), |number, told| told.title = title(number)).await;
        let mut known = 0;
        for round in 1..7_i64 {
            let told = (0..12).map(|_| {
                let number = random.random_range(0..520);
                let mut told = observation(number, &mut random);
                told.title = title(random.random_range(0..28));
                told.updated_at = now() + SignedDuration::from_mins(round);
                told.observed_at = told.updated_at;
                told.details_hash ^= u64::try_from(round).unwrap();
                told
            });
            store.ingest(batch(told.collect())).await.unwrap();
            let compared = store.stream(|snapshot| {
                let tables = snapshot.without_resident();
                let mut known = 0;
                for query in QUERIES {
                    let filter = Filter::parse(&format!("sort=title&limit=5&{query}"), &[]).unwrap();
                    let spec = Spec::resolve(&filter, now(), &TimeZone::UTC).unwrap();
                    let list = FindingList::of(&filter).unwrap();
                    let [one, other] = [snapshot, &tables].map(|way| findings(way, &spec, &list).unwrap());
                    assert_eq!(one, other, "{query}");
                    if let Some(first) = first_title(snapshot, (&spec, &list), &in_window(&spec)).unwrap() {
                        assert_eq!(one.findings.first().map(|finding| &finding.title), Some(&first), "{query}");
                        known += 1;
                    }
                    assert_eq!(first_title(&tables, (&spec, &list), &in_window(&spec)).unwrap(), None);
                }
                Ok(known)
            });
            known += compared.await.unwrap();
        }
        assert!(known > 12, "memory led to {known} of 36");
    }
}
