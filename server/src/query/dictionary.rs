//! Counting by numbers: what findings have in common is looked up after it was counted, not read of each of them.
//!
//! A finding has the number of what it is and of where it is, and the dictionary says once what they mean. It is good where
//! every finding has its numbers, which the store tells together with its texts.

use app::model::{Dimension, Field};

use super::compile::key_of;
use crate::store::Snapshot;

/// A part of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    What,
    Where,
}

impl Part {
    /// The part that has a dimension's values; `None`: each finding has its own.
    pub const fn of(dimension: Dimension) -> Option<Self> {
        match dimension {
            Dimension::Category | Dimension::Type | Dimension::Source => Some(Self::What),
            Dimension::Account | Dimension::Region | Dimension::Cluster | Dimension::Family | Dimension::Service => {
                Some(Self::Where)
            }
            Dimension::Severity | Dimension::Workflow | Dimension::Image | Dimension::Revision => None,
        }
    }

    /// The part to count a dimension by, where the dictionary can be asked.
    pub fn to_count(snapshot: &Snapshot<'_>, dimension: Dimension) -> Option<Self> {
        Self::of(dimension).filter(|_| snapshot.knows_texts())
    }

    /// The part to ask for a field's values; `None`: it has none, or each finding tells them as fast.
    pub const fn worth_asking(field: Field) -> Option<Self> {
        match field {
            Field::Category | Field::Type => Some(Self::What),
            Field::Cluster | Field::Family | Field::Service => Some(Self::Where),
            _ => None,
        }
    }

    /// The number of a finding.
    pub const fn number(self) -> &'static str {
        match self {
            Self::What => "what_id",
            Self::Where => "where_id",
        }
    }

    /// What the numbers mean. Its columns are called as those of findings, so keys of them are keys of it.
    pub const fn table(self) -> &'static str {
        match self {
            Self::What => "dictionary_what",
            Self::Where => "dictionary_where",
        }
    }
}

/// A statement of this module's form, with the number and the table of a part, and the key of a dimension.
pub fn filled(template: &str, part: Part, dimension: Dimension) -> String {
    template
        .replace("{number_of}", part.number())
        .replace("{dictionary}", part.table())
        .replace("{key}", key_of(dimension))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use app::model::{Filter, Metric};
    use jiff::tz::TimeZone;

    use super::*;
    use crate::query::reports::{breakdown, filter_values, groups, heatmap, lifespans, news, trend};
    use crate::query::search;
    use crate::query::spec::Spec;
    use crate::query::tests::{now, observation, seeded_in};
    use crate::store::tests::documents::batch;
    use crate::store::tests::in_memory;
    use rand::{Rng, SeedableRng};

    #[test]
    fn numbers_are_counted_in_these_words() {
        let breakdown = include_str!("sql/breakdown_numbered.sql");
        insta::assert_snapshot!("breakdown", filled(breakdown, Part::Where, Dimension::Cluster));
        let trend = include_str!("sql/trend_numbered.sql");
        insta::assert_snapshot!("trend", filled(trend, Part::What, Dimension::Category));
    }

    /// Filters that the rollups cannot answer, and others.
    const QUERIES: [&str; 11] = [
        "",
        "q=task",
        "q=nowhere at all",
        "q=f1&range=7d",
        "q=task&severity=high,critical&status=active&kind=threat,posture",
        "category=crypto-mining&family=111122223333/us-east-1/f1,(none)",
        "type=Recon:EC2/Portscan&cluster=!c1&sample=include",
        "account=(none)&workflow=NEW,(none)&region=us-east-1",
        "resource=bucket-7&status=all",
        "family=f1&type=Recon:EC2/Portscan,Execution:Runtime/ReverseShell&service=!s1,(none)",
        "category=!crypto-mining,(none)&cluster=c0,c2&family=!f0&q=a task",
    ];

    /// What is looked up afterwards is what reading every finding tells, whatever changed before.
    #[tokio::test(flavor = "multi_thread")]
    async fn counting_by_numbers_is_counting_one_by_one() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(31);
        // Findings without a place are told apart by their resources, and services are named as well.
        let store = seeded_in(in_memory(), |number, told| {
            told.attribution.resource_id = (number % 3 > 0).then(|| format!("bucket-{}", number % 11));
            let service =
                |name| app::model::Named::from_key(format!("arn:aws:ecs:us-east-1:111122223333:service/c0/s{name}"));
            told.attribution.services = (0..number % 3).map(service).collect();
        })
        .await;
        for round in 0..3_u64 {
            let told = (0..40).map(|_| {
                let mut told = observation(random.random_range(0..560), &mut random);
                told.updated_at = now() + jiff::SignedDuration::from_mins(i64::try_from(round).unwrap());
                told.observed_at = told.updated_at;
                told.details_hash ^= round + 1;
                told
            });
            store.ingest(batch(told.collect())).await.unwrap();
            let compared = store.stream(|snapshot| {
                assert!(snapshot.knows_texts());
                // Neither counts ahead, so that both have to count.
                let (numbered, read) = (snapshot.without_rollups(), snapshot.without_rollups().without_texts());
                for query in QUERIES {
                    let spec = Spec::resolve(&Filter::parse(query, &[]).unwrap(), now(), &TimeZone::UTC).unwrap();
                    for &by in Dimension::ALL {
                        let said = |way| breakdown(way, &spec, by).unwrap();
                        assert_eq!(said(&numbered), said(&read), "breakdown by {by} of {query}");
                        let said = |way| lifespans(way, &spec, by).unwrap();
                        assert_eq!(said(&numbered), said(&read), "lifespans by {by} of {query}");
                        for metric in [Metric::New, Metric::Active, Metric::Occurrences] {
                            let said = |way| trend(way, &spec, by, metric).unwrap();
                            assert_eq!(said(&numbered), said(&read), "trend of {metric} by {by} of {query}");
                        }
                    }
                    let columns = app::model::HeatColumns::Of(Dimension::Service);
                    let said = |way| heatmap(way, &spec, Dimension::Family, columns).unwrap();
                    assert_eq!(said(&numbered), said(&read), "heat map of {query}");
                    let said = |way| groups(way, &spec).unwrap();
                    assert_eq!(said(&numbered), said(&read), "groups of {query}");
                    let said = |way| news(way, &spec).unwrap();
                    assert_eq!(said(&numbered), said(&read), "news of {query}");
                    let said = |way| filter_values(way, &spec).unwrap();
                    assert_eq!(said(&numbered), said(&read), "values of {query}");
                    // Also where the dictionary lacks a dimension.
                    let every = |way| {
                        let mut counted = search::counted(way, &spec, Dimension::ALL).unwrap();
                        (counted.total, Dimension::ALL.iter().map(|by| counted.take(*by)).collect::<Vec<_>>())
                    };
                    assert_eq!(every(&numbered), every(&read), "{query}");
                }
                Ok(())
            });
            compared.await.unwrap();
        }
    }
}
