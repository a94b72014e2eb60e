//! A window cut into what was counted ahead by day and by hour, and the edges that must be counted one by one.
//!
//! Rollups speak of whole UTC days and hours. Windows end at the present and the days of other time zones begin when
//! they like, so the pieces are found here, such that together they are the window and nothing twice.

use jiff::Timestamp;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Half-open; `None`: without end.
pub type Span = (Option<Timestamp>, Option<Timestamp>);

/// What pieces may be as large as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pieces {
    pub days: bool,
    pub hours: bool,
}

/// A window in pieces. Empty ones are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cover {
    pub days: Option<Span>,
    pub hours: Vec<Span>,
    pub edges: Vec<Span>,
}

impl Cover {
    /// Cuts `window`. At least one of the sizes must be allowed.
    pub fn of(window: Span, allowed: Pieces) -> Self {
        let mut cover = Self::default();
        let rest = if allowed.days { cut(window, DAY, &mut cover.days) } else { vec![window] };
        for span in rest {
            if !allowed.hours {
                cover.edges.push(span);
                continue;
            }
            let mut whole = None;
            cover.edges.extend(cut(span, HOUR, &mut whole));
            cover.hours.extend(whole);
        }
        cover
    }
}

/// Takes the whole units out of a span and gives what is left of it, in order.
fn cut((from, to): Span, unit: i64, whole: &mut Option<Span>) -> Vec<Span> {
    let (first, last) = (from.map(|from| ceiling(from, unit)), to.map(|to| floor(to, unit)));
    if let (Some(first), Some(last)) = (first, last)
        && first >= last
    {
        return vec![(from, to)];
    }
    *whole = Some((first, last));
    [(from, first), (last, to)].into_iter().filter(|(start, end)| start != end).collect()
}

/// The spans in their order, those that touch as one.
pub fn joined(spans: &[Span]) -> Vec<Span> {
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some((_, end)) if *end == from => *end = to,
            _ => joined.push((from, to)),
        }
    }
    joined
}

fn floor(time: Timestamp, unit: i64) -> Timestamp {
    Timestamp::from_second(time.as_second().div_euclid(unit) * unit).unwrap_or(Timestamp::MIN)
}

fn ceiling(time: Timestamp, unit: i64) -> Timestamp {
    let floor = floor(time, unit);
    if floor == time { time } else { Timestamp::from_second(floor.as_second() + unit).unwrap_or(Timestamp::MAX) }
}

/// The largest pieces that lie in one bucket each, where buckets meet at `bounds`; `None`: not even hours do.
pub fn pieces_between(bounds: impl Iterator<Item = Timestamp> + Clone) -> Option<Pieces> {
    let aligned = |unit: i64| bounds.clone().all(|bound| floor(bound, unit) == bound);
    aligned(HOUR).then(|| Pieces { days: aligned(DAY), hours: true })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use proptest::prelude::*;

    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "spans may have no end")]
    fn at(text: &str) -> Option<Timestamp> {
        Some(text.parse().unwrap())
    }

    const BOTH: Pieces = Pieces { days: true, hours: true };

    #[test]
    fn a_preset_is_days_hours_and_two_edges() {
        let cover = Cover::of((at("2026-10-24T12:34:56Z"), at("2026-11-23T12:34:57Z")), BOTH);
        assert_eq!(cover.days, Some((at("2026-10-25T00:00:00Z"), at("2026-11-23T00:00:00Z"))));
        assert_eq!(
            cover.hours,
            [
                (at("2026-10-24T13:00:00Z"), at("2026-10-25T00:00:00Z")),
                (at("2026-11-23T00:00:00Z"), at("2026-11-23T12:00:00Z"))
            ]
        );
        assert_eq!(
            cover.edges,
            [
                (at("2026-10-24T12:34:56Z"), at("2026-10-24T13:00:00Z")),
                (at("2026-11-23T12:00:00Z"), at("2026-11-23T12:34:57Z"))
            ]
        );
    }

    #[test]
    fn everything_is_one_piece() {
        assert_eq!(Cover::of((None, None), BOTH), Cover { days: Some((None, None)), ..Cover::default() });
    }

    #[test]
    fn half_hour_zones_have_no_whole_pieces() {
        let bounds = [at("2026-11-22T18:30:00Z").unwrap()];
        assert_eq!(pieces_between(bounds.into_iter()), None);
        let tokyo = [at("2026-11-22T15:00:00Z").unwrap()];
        assert_eq!(pieces_between(tokyo.into_iter()), Some(Pieces { days: false, hours: true }));
    }

    proptest! {
        /// Every second of a window lies in one piece, every other in none.
        #[test]
        fn pieces_are_the_window(
            from in prop::option::of(0..400_000_i64), length in 1..400_000_i64, open in any::<bool>(),
            days in any::<bool>(), seconds in prop::collection::vec(-10_000..900_000_i64, 20),
        ) {
            let time = |second: i64| Timestamp::from_second(second).unwrap();
            let to = (!open).then(|| from.unwrap_or(0) + length);
            let window = (from.map(time), to.map(time));
            let cover = Cover::of(window, Pieces { days, hours: true });
            let holds = |(from, to): &Span, second| {
                from.is_none_or(|from| from <= time(second)) && to.is_none_or(|to| time(second) < to)
            };
            let near = from.into_iter().chain(to).flat_map(|bound| [bound - 1, bound, bound + 1]);
            for second in seconds.into_iter().chain(near) {
                let pieces = cover.days.iter().chain(&cover.hours).chain(&cover.edges);
                let found = pieces.filter(|piece| holds(piece, second)).count();
                prop_assert_eq!(found, usize::from(holds(&window, second)));
            }
        }
    }
}
