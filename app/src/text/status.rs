//! Texts of what is asked beside findings.

use crate::model::Collector;

/// Questions about coverage, as the API names them.
const COVERAGE: [&str; 7] = ["detector", "verdicts", "statistics", "clusters", "services", "tasks", "hub"];

texts! {
    /// Texts of what is asked beside findings.
    struct StatusText;
    lists {
        /// In the order of [`Collector::ALL`].
        collectors: 2,
        /// In the order of the questions about coverage.
        coverage_parts: 7,
    }
    parts {}
    heading,
    note,
    column_collector,
    column_answered,
    column_took,
    column_next,
    took,
    part_trouble,
    part_joint,
}

impl StatusText {
    /// What asks.
    pub fn collector(&self, collector: Collector) -> &'static str {
        self.collectors[Collector::ALL.iter().position(|known| *known == collector).unwrap_or(0)]
    }

    /// A question about coverage; one of another version names itself.
    pub fn coverage_part<'a>(&self, part: &'a str) -> &'a str {
        COVERAGE.iter().position(|known| *known == part).map_or(part, |index| self.coverage_parts[index])
    }
}
