//! What the database alone takes: the statements of a question, asked once more without anything around them.

use std::time::Duration;

use duckdb::params_from_iter;
use server::store::{Asked, Store};

use crate::measure::{Table, Watch};

/// Statements `--statements` prints of a question.
const SLOWEST: usize = 40;

/// Adds how long the statements of a question take by themselves.
pub async fn compare(store: &Store, (table, size, runs): (&mut Table, u64, usize), name: &str, asked: Vec<Asked>) {
    let (mut times, mut of_each) = (Vec::new(), vec![Vec::new(); asked.len()]);
    for _ in 0..=runs {
        let asked = asked.clone();
        let took = store.read(move |snapshot| {
            let mut took = Vec::new();
            for Asked { sql, values } in asked {
                let watch = Watch::start();
                let mut statement = snapshot.connection().prepare(&sql)?;
                let mut rows = statement.query(params_from_iter(values))?;
                while rows.next()?.is_some() {}
                took.push(watch.read());
            }
            Ok(took)
        });
        let took = took.await.unwrap();
        for (all, one) in of_each.iter_mut().zip(&took) {
            all.push(one.0);
        }
        times.push(took.iter().fold(<(Duration, Duration)>::default(), |sum, one| (sum.0 + one.0, sum.1 + one.1)));
    }
    table.add(&format!("{name}: its {} statements alone", asked.len()), size, times.split_off(1));
    if std::env::args().any(|argument| argument == "--statements") {
        print(&asked, of_each);
    }
}

fn print(asked: &[Asked], of_each: Vec<Vec<Duration>>) {
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1e3
    };
    let mut slowest: Vec<_> = of_each.into_iter().map(median).zip(asked).collect();
    slowest.sort_by(|one, two| two.0.total_cmp(&one.0));
    for (took, Asked { sql, values }) in slowest.into_iter().take(SLOWEST) {
        println!("{took:.2} ms\n{sql}\n{values:?}\n");
    }
}
