//! The rollups counted from the findings: to fill them, and to prove them.

use duckdb::Connection;

use app::model::Kind;

use super::{FORM, SLICES, Unit, first, raise_change, rollup_part, rollup_slice};
use crate::store::StoreError;

const RECOUNT: &str = include_str!("../sql/rollup_recount.sql");
const DIFFERENCES: &str = include_str!("../sql/rollup_differences.sql");

/// A dimension, its key of a finding, and which findings have one.
const DIMENSIONS: [(&str, &str, &str); 11] = [
    ("all", "''", "true"),
    ("account", "coalesce(f.account, '(none)')", "true"),
    ("region", "coalesce(f.region, '(none)')", "true"),
    ("type", "f.type", "true"),
    ("workflow", "coalesce(f.workflow, '(none)')", "true"),
    ("source", "'guardduty'", "f.in_guardduty"),
    ("source", "'securityhub'", "f.in_securityhub OR NOT f.in_guardduty"),
    ("collector", "'guardduty/' || coalesce(f.region, '(none)')", "f.in_guardduty"),
    ("cluster", "unnest(CASE WHEN len(f.clusters) = 0 THEN ['(none)'] ELSE f.clusters END)", "true"),
    ("family", "unnest(CASE WHEN len(f.families) = 0 THEN ['(none)'] ELSE f.families END)", "true"),
    ("service", "unnest(CASE WHEN len(f.services) = 0 THEN ['(none)'] ELSE f.services END)", "true"),
];

/// What a row tells of its findings besides key and time.
const FACTS: &str = "f.category, f.severity, f.closed_at IS NULL AS is_open";
/// The same of plain parts, which do not tell these apart.
const PLAIN_FACTS: &str = "NULL::VARCHAR AS category, '' AS severity, true AS is_open";

/// The part of a finding among those of a count.
fn part_of(number: i8) -> String {
    let slice = |kind: &Kind| format!("WHEN '{kind}' THEN {}", number * SLICES + rollup_slice(*kind, false));
    let slices: Vec<String> = Kind::ALL.iter().map(slice).collect();
    format!("CASE kind {} END + sample::TINYINT", slices.join(" "))
}

/// One count of a rollup, filled and compared by itself so that memory stays bounded.
struct Part {
    unit: Unit,
    number: i8,
    /// For people.
    name: String,
    sql: String,
}

fn parts() -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for unit in Unit::ALL {
        let kept = DIMENSIONS.iter().filter(|(dimension, ..)| unit.keeps(dimension));
        let created = kept.map(|(dimension, key, which)| ("created", *dimension, *key, "f.created_at", *which));
        let has_plain = |dimension: &str| unit == Unit::Day && rollup_part("plain", dimension).is_some();
        let plain = DIMENSIONS.iter().filter(|(dimension, ..)| has_plain(dimension));
        let plain = plain.map(|(dimension, key, which)| ("plain", *dimension, *key, "f.created_at", *which));
        let gone = ("gone", "all", "''", "greatest(f.created_at, f.closed_at)", "f.closed_at IS NOT NULL");
        let leaves = ("leaves", "all", "''", "f.leaves_at", "f.leaves_at IS NOT NULL");
        for (event, dimension, key, at, which) in created.chain([gone, leaves]).chain(plain) {
            let facts = if event == "plain" { PLAIN_FACTS } else { FACTS };
            let part = rollup_part(event, dimension).expect("the list is of parts");
            let values = [
                ("{key}", key),
                ("{at}", at),
                ("{which}", which),
                ("{facts}", facts),
                ("{starts_at}", &unit.floor_in_sql(event, "moment")),
            ];
            let sql = values.iter().fold(RECOUNT.to_owned(), |sql, (mark, value)| sql.replace(mark, value));
            let sql = sql.replace("{part}", &part_of(part));
            match parts.last_mut() {
                // Both sources are one dimension.
                Some(last) if last.number == part && last.unit == unit => {
                    last.sql = format!("FROM ({}) UNION ALL FROM ({sql})", last.sql);
                }
                _ => {
                    parts.push(Part {
                        unit,
                        number: part,
                        name: format!("{event} by {dimension} and {}", unit.as_str()),
                        sql,
                    });
                }
            }
        }
    }
    parts
}

/// Counts everything anew.
pub(in crate::store) fn recount(transaction: &Connection) -> Result<(), StoreError> {
    for unit in Unit::ALL {
        transaction.execute_batch(&format!("DELETE FROM {}", unit.table()))?;
    }
    for part in parts() {
        transaction.execute_batch(&format!("INSERT INTO {} {}", part.unit.table(), part.sql))?;
    }
    first::recount(transaction)?;
    transaction.execute("DELETE FROM setting WHERE name = 'rollup'", [])?;
    transaction.execute("INSERT INTO setting VALUES ('rollup', ?)", [FORM])?;
    raise_change(transaction)?;
    Ok(())
}

/// Sums that are not what counting gives, by dimension; nothing when all is well.
pub(in crate::store) fn differences(connection: &Connection) -> Result<Vec<(String, i64)>, StoreError> {
    let mut found = first::differences(connection)?;
    for Part { unit, number, name, sql } in parts() {
        let compare = DIFFERENCES
            .replace("{unit}", unit.as_str())
            .replace("{first}", &(number * SLICES).to_string())
            .replace("{last}", &(number * SLICES + SLICES - 1).to_string())
            .replace("{recount}", &sql);
        let different: i64 = connection.query_row(&compare, [], |row| row.get(0))?;
        if different > 0 {
            found.push((name, different));
        }
    }
    Ok(found)
}
