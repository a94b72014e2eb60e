//! What the runtime agent cannot see: security groups that let too much in, public buckets, vulnerable images.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use app::model::layers::{BlindSpot, BlindSpotRow};
use app::model::{Filter, Kind, Layer, Looked, Severity};
use serde::Deserialize;

use super::looked::Sights;
use super::{of_controls, open_list};
use crate::query::QueryError;
use crate::query::compile::any_time;
use crate::query::spec::Spec;
use crate::store::Snapshot;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    blind_spot: BTreeMap<String, Vec<String>>,
}

/// Controls by what they tell of.
static CONTROLS: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    let text = include_str!("../../../../../seed-data/layers.toml");
    toml::from_str::<Table>(text).map(|table| table.blind_spot).unwrap_or_default()
});

fn controls(spot: BlindSpot) -> &'static [String] {
    CONTROLS.get(spot.as_str()).map(Vec::as_slice).unwrap_or_default()
}

/// The list of the open findings.
fn list_of(filter: &Filter, spot: BlindSpot) -> Filter {
    open_list(filter, |there| match spot {
        BlindSpot::Images => Filter { kinds: vec![Kind::Vulnerability], ..there },
        _ => of_controls(&there, controls(spot)),
    })
}

/// Each of them, with where somebody looks for it.
pub(super) fn spots(snapshot: &Snapshot<'_>, spec: &Spec, sights: &Sights) -> Result<Vec<BlindSpotRow>, QueryError> {
    let places = sights.places();
    let of = |spot: BlindSpot| {
        let list = list_of(&spec.filter, spot);
        let conditions = any_time(snapshot, &list)?;
        let sql = include_str!("../../sql/layers_blind.sql").replace("{conditions}", &conditions.sql());
        let (open, worst, resources, tied) = snapshot.row(&sql, conditions.values, |row| {
            let worst: Option<u8> = row.get(1)?;
            let worst = worst.and_then(|rank| Severity::ALL.get(usize::from(rank)).copied());
            Ok::<_, QueryError>((row.get::<_, i64>(0)?, worst, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
        })?;
        let layer = if spot == BlindSpot::Images { Layer::Images } else { Layer::Configuration };
        let sees =
            |(account, region): &&(String, String)| sights.of_cell(layer, account, region, None).looked == Looked::Yes;
        let looked = places.iter().filter(sees).count();
        let known = open > 0 || looked > 0;
        Ok(BlindSpotRow {
            spot,
            controls: controls(spot).to_vec(),
            open: known.then_some(open),
            worst,
            resources: known.then_some(resources),
            tied: known.then_some(tied),
            looked: i64::try_from(looked).unwrap_or(i64::MAX),
            places: i64::try_from(places.len()).unwrap_or(i64::MAX),
            query: list.to_query(),
        })
    };
    BlindSpot::ALL.iter().copied().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spot_but_images_has_controls() {
        for spot in BlindSpot::ALL {
            assert_eq!(controls(*spot).is_empty(), *spot == BlindSpot::Images, "{spot}");
        }
    }
}
