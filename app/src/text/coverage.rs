//! Texts of coverage: where GuardDuty's agent runs.

use crate::model::coverage::{AwsVerdict, Exposure, Verdict};

texts! {
    /// Texts of coverage.
    struct CoverageText;
    lists {
        /// In the order of [`Verdict::ALL`].
        verdicts: 6,
        /// In the order of [`AwsVerdict::ALL`].
        aws_verdicts: 3,
        /// In the order of [`Exposure::ALL`].
        exposures: 4,
    }
    parts {}
    heading,
    headline,
    headline_unknown,
    headline_gaps,
    headline_dark,
    headline_clusters,
    headline_lost,
    looked_at,
    card_clusters,
    card_families,
    card_tasks,
    card_vcpus,
    card_of,
    card_aws,
    card_ours,
    history_heading,
    history_said,
    history_note,
    column_covered,
    column_covered_percent,
    blind,
    partly_blind,
    column_task_hours,
    lost_heading,
    lost_none,
    lost_at,
    families_heading,
    families_note,
    families_none,
    verdict_label,
    verdict_all,
    services_heading,
    services_note,
    services_none,
    clusters_heading,
    clusters_note,
    regions_heading,
    regions_note,
    column_verdict,
    column_why,
    column_exposure,
    column_tasks,
    column_vcpus,
    column_aws,
    column_ours,
    column_open,
    column_percent,
    column_managed,
    column_look,
    tasks_of,
    open_severe,
    idle,
    managed_off,
    ecs_not_asked,
    aws_says,
    to_do,
    effect,
    commands,
    reason_tasks,
    panel_heading,
    panel_none,
    panel_since,
    rate,
    rate_unknown,
    rate_hours,
    rate_dark,
    overview_note,
    overview_good,
    overview_dark,
    overview_unknown,
}

impl CoverageText {
    /// A verdict of ours.
    pub fn verdict(&self, verdict: Verdict) -> &'static str {
        self.verdicts[Verdict::ALL.iter().position(|known| *known == verdict).unwrap_or(0)]
    }

    /// What reaches tasks from outside.
    pub fn exposure(&self, exposure: Exposure) -> &'static str {
        self.exposures.get(exposure.rank()).copied().unwrap_or_default()
    }

    /// A verdict of AWS.
    pub fn aws_verdict(&self, verdict: AwsVerdict) -> &'static str {
        self.aws_verdicts[AwsVerdict::ALL.iter().position(|known| *known == verdict).unwrap_or(0)]
    }
}
