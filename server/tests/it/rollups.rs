//! What is counted ahead is what counting gives, after pulls of a world in which things happen.

use server::demo::Known;
use server::sync::SyncMode;

use crate::sync::{held, truth};
use crate::world::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn rollups_hold_after_pulls_of_a_living_world() {
    let stage = Stage::whole().await;
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(stage.store.prove_rollups().await.unwrap(), "after the first pull");
    for round in 0..4 {
        stage.wait(47);
        let now = stage.now();
        {
            let mut world = stage.simulator.world();
            for _ in 0..5 {
                world.happen(now);
            }
            let open: Vec<String> = world.findings().into_iter().filter(is_open).map(|one| one.arn).take(3).collect();
            assert!(world.recur(&open[0], now) && world.archive(&open[1]) && world.set_workflow(&open[2], "RESOLVED"));
        }
        // The last one is a sweep: it finds what moves no update time.
        let mode = if round == 3 { SyncMode::Full } else { SyncMode::Incremental };
        let report = stage.syncer.run_once(mode).await.unwrap();
        assert!(report.totals().new + report.totals().updated > 0, "{report}");
        assert!(stage.store.prove_rollups().await.unwrap(), "after pull {round}");
    }
    assert_eq!(held(&stage).await, truth(&stage));
    stage.store.compact_rollups().await.unwrap();
    assert!(stage.store.prove_rollups().await.unwrap(), "after they were replaced by their sums");
    // A proof of nothing would pass as well.
    for table in [
        "SELECT count(*) FROM rollup_day WHERE findings > 0",
        "SELECT count(*) FROM rollup_hour WHERE findings > 0",
        "SELECT count(*) FROM rollup_first WHERE findings > 0",
    ] {
        assert!(stage.number(table).await > 100, "{table}");
    }
}

fn is_open(one: &Known) -> bool {
    one.in_guardduty && one.in_securityhub && !one.archived && one.workflow == "NEW"
}
