//! The shared responsibility board: what AWS does, what the team does, and what our data says of the team's part.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use app::model::layers::{Evidence, Owner, Responsibility, Words};
use app::model::{Dimension, Filter, Kind, Severity};
use serde::Deserialize;

use super::super::fleet;
use super::{of_controls as with_controls, open_list};
use crate::query::compile::any_time;
use crate::query::spec::Spec;
use crate::query::{QueryError, counts, search};
use crate::store::Snapshot;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Board {
    item: Vec<Item>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: String,
    owner: String,
    source: String,
    title: Words,
    text: Words,
    #[serde(default)]
    controls: Vec<String>,
    #[serde(default)]
    coverage: bool,
    findings: Option<String>,
}

static BOARD: LazyLock<Vec<Item>> = LazyLock::new(|| {
    let text = include_str!("../../../../../seed-data/responsibilities.toml");
    toml::from_str::<Board>(text).map(|board| board.item).unwrap_or_default()
});

/// Checks of one control by their result.
#[derive(Debug, Clone, Copy, Default)]
struct Checks {
    passed: i64,
    failed: i64,
    other: i64,
    open: i64,
}

/// Every item with its evidence.
pub(super) fn items(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Vec<Responsibility>, QueryError> {
    let checks = checks(snapshot, &spec.filter)?;
    let mut items = Vec::new();
    for item in BOARD.iter() {
        let owner = item.owner.parse().unwrap_or(Owner::Team);
        let mut evidence = Vec::new();
        if !item.controls.is_empty() {
            evidence.extend(of_controls(&spec.filter, &item.controls, &checks));
        }
        if item.coverage {
            evidence.extend(of_agents(snapshot, spec)?);
        }
        if let Some(kind) = item.findings.as_ref().and_then(|kind| kind.parse().ok()) {
            evidence.push(of_findings(snapshot, spec, kind)?);
        }
        if owner == Owner::Team && evidence.is_empty() {
            evidence.push(Evidence::Nothing);
        }
        items.push(Responsibility {
            id: item.id.clone(),
            owner,
            title: item.title.clone(),
            text: item.text.clone(),
            source: item.source.clone(),
            evidence,
        });
    }
    Ok(items)
}

fn checks(snapshot: &Snapshot<'_>, filter: &Filter) -> Result<BTreeMap<String, Checks>, QueryError> {
    let mut filter = filter.first_page();
    filter.kinds = vec![Kind::Posture];
    let conditions = any_time(snapshot, &filter)?;
    let sql = include_str!("../../sql/layers_controls.sql").replace("{conditions}", &conditions.sql());
    let mut checks = BTreeMap::<String, Checks>::new();
    snapshot.rows(&sql, conditions.values, |row| {
        let (compliance, count): (Option<String>, i64) = (row.get(1)?, row.get(2)?);
        let of = checks.entry(row.get(0)?).or_default();
        of.open += row.get::<_, i64>(3)?;
        match compliance.as_deref() {
            Some("PASSED") => of.passed += count,
            Some("FAILED") => of.failed += count,
            _ => of.other += count,
        }
        Ok::<_, QueryError>(())
    })?;
    Ok(checks)
}

/// Nothing where none of the controls was ever checked.
fn of_controls(filter: &Filter, controls: &[String], checks: &BTreeMap<String, Checks>) -> Option<Evidence> {
    let known: Vec<String> = controls.iter().filter(|control| checks.contains_key(*control)).cloned().collect();
    let sum = known.iter().filter_map(|control| checks.get(control)).fold(Checks::default(), |sum, one| Checks {
        passed: sum.passed + one.passed,
        failed: sum.failed + one.failed,
        other: sum.other + one.other,
        open: sum.open + one.open,
    });
    (!known.is_empty()).then(|| Evidence::Controls {
        query: open_list(filter, |there| with_controls(&there, &known)).to_query(),
        controls: known,
        passed: sum.passed,
        failed: sum.failed,
        other: sum.other,
        open: sum.open,
    })
}

/// Nothing where nobody ever told of what runs. A family whose tasks nobody could tell now is unknown, whatever was seen.
fn of_agents(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Option<Evidence>, QueryError> {
    let families = fleet::family_verdicts(snapshot, spec)?;
    Ok((families.total() > 0).then(|| Evidence::Coverage {
        covered: families.covered,
        families: families.total(),
        unknown: families.unknown,
    }))
}

fn of_findings(snapshot: &Snapshot<'_>, spec: &Spec, kind: Kind) -> Result<Evidence, QueryError> {
    let list = open_list(&spec.filter, |there| Filter { kinds: vec![kind], ..there });
    let query = list.to_query();
    let ever = search::looked_at(snapshot, spec.ever(list), None)?;
    let by_severity = counts::by_key(snapshot, &ever, Dimension::Severity)?;
    let open = by_severity.iter().map(|(_, found)| found.findings).sum();
    let worst = by_severity.iter().filter_map(|(severity, _)| severity.parse::<Severity>().ok()).max();
    Ok(Evidence::Findings { kind, open, worst, query })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_board_is_read_and_says_everything_in_both_languages() {
        assert!(BOARD.len() > 10);
        for item in BOARD.iter() {
            assert!(item.owner.parse::<Owner>().is_ok(), "{}", item.id);
            assert!(item.findings.as_ref().is_none_or(|kind| kind.parse::<Kind>().is_ok()), "{}", item.id);
            assert!(item.source.starts_with("https://docs.aws.amazon.com/"), "{}", item.id);
            let words = [&item.title.en, &item.title.ja, &item.text.en, &item.text.ja];
            assert!(words.iter().all(|words| !words.is_empty()), "{}", item.id);
            let ours = !item.controls.is_empty() || item.coverage || item.findings.is_some();
            assert!(item.owner == "team" || !ours, "{}: of AWS's part we have no evidence", item.id);
        }
    }
}
