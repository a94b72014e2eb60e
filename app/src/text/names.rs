//! What people call the words of closed vocabularies.

use super::Text;
use crate::model::{
    Aspect, Category, DriftKind, Field, Kind, KpiKind, SampleChoice, Severity, Source, SourceState, Span, StatusChoice,
};

impl Text {
    /// A threat category's name.
    pub fn category(&self, category: Category) -> &'static str {
        let index = Category::ALL.iter().position(|known| *known == category).unwrap_or(Category::ALL.len() - 1);
        self.categories[index]
    }

    /// A severity's name.
    pub fn severity(&self, severity: Severity) -> &'static str {
        self.severities[Severity::ALL.iter().position(|known| *known == severity).unwrap_or(0)]
    }

    /// What of a finding changed.
    pub fn aspect(&self, aspect: Aspect) -> &'static str {
        self.aspects[Aspect::ALL.iter().position(|known| *known == aspect).unwrap_or(0)]
    }

    /// A kind's name.
    pub const fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Threat => self.kind_threat,
            Kind::Posture => self.kind_posture,
            Kind::Vulnerability => self.kind_vulnerability,
        }
    }

    /// A service's name.
    pub const fn source(&self, source: Source) -> &'static str {
        match source {
            Source::GuardDuty => self.source_guardduty,
            Source::SecurityHub => self.source_securityhub,
        }
    }

    /// A state of work.
    pub const fn status(&self, status: StatusChoice) -> &'static str {
        match status {
            StatusChoice::All => self.status_all,
            StatusChoice::Active => self.status_active,
            StatusChoice::Archived => self.status_archived,
            StatusChoice::Resolved => self.status_resolved,
            StatusChoice::Suppressed => self.status_suppressed,
        }
    }

    /// What to do with samples.
    pub const fn sample(&self, choice: SampleChoice) -> &'static str {
        match choice {
            SampleChoice::Exclude => self.sample_exclude,
            SampleChoice::Include => self.sample_include,
            SampleChoice::Only => self.sample_only,
        }
    }

    /// How a source is doing.
    pub const fn source_state(&self, state: SourceState) -> &'static str {
        match state {
            SourceState::Fresh => self.state_fresh,
            SourceState::Stale => self.state_stale,
            SourceState::Failing => self.state_failing,
            SourceState::Denied => self.state_denied,
            SourceState::NotEnabled => self.state_not_enabled,
            SourceState::Never => self.state_never,
            SourceState::NotAsked => self.state_not_asked,
        }
    }

    /// A key figure's name.
    pub const fn kpi(&self, kpi: KpiKind) -> &'static str {
        match kpi {
            KpiKind::New => self.kpi_new,
            KpiKind::NewHigh => self.kpi_new_high,
            KpiKind::Active => self.kpi_active,
            KpiKind::Occurrences => self.kpi_occurrences,
            KpiKind::FamiliesAffected => self.kpi_families,
        }
    }

    /// A preset length of time.
    pub const fn span_name(&self, span: Span) -> &'static str {
        match span {
            Span::Day => self.range_day,
            Span::Week => self.range_week,
            Span::Month => self.range_month,
            Span::Quarter => self.range_quarter,
            Span::Year => self.range_year,
            Span::All => self.range_all,
        }
    }

    /// What the services differ in.
    pub const fn drift(&self, kind: DriftKind) -> &'static str {
        match kind {
            DriftKind::ArchivedInGuardDuty => self.drift_archived_in_guardduty,
            DriftKind::ArchivedInSecurityHub => self.drift_archived_in_securityhub,
            DriftKind::MissingInSecurityHub => self.drift_missing_in_securityhub,
            DriftKind::MissingInGuardDuty => self.drift_missing_in_guardduty,
            DriftKind::Severity => self.drift_severity,
        }
    }

    /// A field of the filter.
    pub const fn field(&self, field: Field) -> &'static str {
        match field {
            Field::Category => self.field_category,
            Field::Severity => self.field_severity,
            Field::Cluster => self.field_cluster,
            Field::Family => self.field_family,
            Field::Revision => self.field_revision,
            Field::Service => self.field_service,
            Field::Image => self.field_image,
            Field::Account => self.field_account,
            Field::Region => self.field_region,
            Field::Source => self.field_source,
            Field::Type => self.field_type,
            Field::Product => self.field_product,
            Field::Control => self.field_control,
            Field::ResourceType => self.field_resource_type,
            Field::Resource => self.field_resource,
            Field::Workflow => self.field_workflow,
            Field::LaunchType => self.field_launch_type,
            Field::Workload => self.field_workload,
        }
    }
}
