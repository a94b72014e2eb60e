//! That every finding can be found and counted: it has its numbers, and they lead to texts and combinations. Of one page of findings, another one every
//! time, texts and numbers are made again.

use duckdb::Connection;

use super::UNUSED;
use super::fill::{PAGE, read};
use crate::store::{StoreError, dictionary};

const DIFFERENCES: &str = include_str!("../sql/texts_differences.sql");
const ANY_PAGE: &str = "SELECT coalesce(floor(random() * (max(rowid) // ? + 1))::BIGINT, 0) * ? FROM finding";

/// What a look at the dictionary found.
pub(in crate::store) struct Proof {
    /// What is wrong and how often; nothing when all is well.
    pub(in crate::store) different: Vec<(String, i64)>,
    /// Texts and combinations that no finding has any more. That is not wrong.
    pub(in crate::store) unused: i64,
}

pub(in crate::store) fn prove(connection: &Connection) -> Result<Proof, StoreError> {
    let mut statement = connection.prepare(DIFFERENCES)?;
    let counted = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut different: Vec<(String, i64)> = counted.collect::<Result<_, _>>()?;
    let from: i64 = connection.query_row(ANY_PAGE, [PAGE, PAGE], |row| row.get(0))?;
    let others = read(connection, (from, from + PAGE), "true")?
        .into_iter()
        .filter(|row| row.kept.is_some_and(|kept| kept != row.texts.marks()));
    different.push((
        "findings with the number of another text or combination or other identifiers".to_owned(),
        i64::try_from(others.count()).unwrap_or(i64::MAX),
    ));
    let described = dictionary::different(connection, (from, from + PAGE))?;
    different.push(("findings that the dictionary describes otherwise".to_owned(), described));
    different.retain(|(_, count)| *count > 0);
    let unused = format!("SELECT count(*) FROM ({UNUSED})");
    let texts: i64 = connection.query_row(&unused, [], |row| row.get(0))?;
    Ok(Proof { different, unused: texts + dictionary::unused(connection)? })
}
