//! Which bucket a moment lies in, in SQL and here.
//!
//! A join of rows with buckets by two inequalities takes the database longer than all that is read; buckets of one length
//! follow each other, so a division tells. Where their length changes, as on the days when clocks do, another one begins.

use std::fmt::Write as _;

use jiff::Timestamp;

/// The number of the bucket a `moment` lies in, where buckets follow each other without gap and end at `ends`, which rise.
/// What lies before the first end is in the first bucket, what lies after the last one in none: `NULL`.
pub fn bucket_of(moment: &str, ends: &[Timestamp]) -> String {
    let micros: Vec<i64> = ends.iter().map(|end| end.as_microsecond()).collect();
    let Some(first) = micros.first() else { return "NULL".to_owned() };
    let mut sql = format!("CASE WHEN epoch_us({moment}) < {first} THEN 0");
    let mut begin = 1;
    while begin < micros.len() {
        let length = micros[begin] - micros[begin - 1];
        let same = micros[begin..].windows(2).take_while(|pair| pair[1] - pair[0] == length).count();
        let (start, end) = (micros[begin - 1], micros[begin + same]);
        let number = format!("(epoch_us({moment}) - {start}) // {length} + {begin}");
        // Writing to a text cannot fail.
        let _ = write!(sql, " WHEN epoch_us({moment}) < {end} THEN {number}");
        begin += same + 1;
    }
    sql + " END"
}

/// The same of one moment.
pub fn number_of(moment: Timestamp, ends: &[Timestamp]) -> Option<usize> {
    let number = ends.partition_point(|end| *end <= moment);
    (number < ends.len()).then_some(number)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use duckdb::Connection;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn buckets_of_one_length_are_one_division() {
        let ends: Vec<Timestamp> = [5, 10, 20, 30].map(|second| Timestamp::from_second(second).unwrap()).into();
        assert_eq!(
            bucket_of("m", &ends),
            "CASE WHEN epoch_us(m) < 5000000 THEN 0 \
             WHEN epoch_us(m) < 10000000 THEN (epoch_us(m) - 5000000) // 5000000 + 1 \
             WHEN epoch_us(m) < 30000000 THEN (epoch_us(m) - 10000000) // 10000000 + 2 END"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        /// Every moment is where looking for it finds it.
        #[test]
        fn a_moment_is_in_the_bucket_that_holds_it(
            first in -5000..5000_i64, lengths in prop::collection::vec(prop::sample::select(vec![1, 23, 24, 24, 24, 25]), 0..40),
            seconds in prop::collection::vec(-6000..8000_i64, 20),
        ) {
            let ends: Vec<i64> = std::iter::once(first).chain(lengths.iter().scan(first, |end, length| {
                *end += length;
                Some(*end)
            })).collect();
            let times: Vec<Timestamp> = ends.iter().map(|second| Timestamp::from_second(*second).unwrap()).collect();
            let connection = Connection::open_in_memory().unwrap();
            for second in seconds.iter().chain(&ends) {
                let sql = format!("SELECT {} FROM (SELECT make_timestamp({}) AS moment)", bucket_of("moment", &times), second * 1_000_000);
                let told: Option<i64> = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
                let found = ends.iter().position(|end| second < end);
                prop_assert_eq!(told.map(|number| usize::try_from(number).unwrap()), found, "{} in {:?}", second, ends);
                prop_assert_eq!(number_of(Timestamp::from_second(*second).unwrap(), &times), found);
            }
        }
    }
}
