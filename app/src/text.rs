//! The texts of the pages in every language.
//!
//! A text that is missing in a language does not compile; a test compares the placeholders.

mod en;
mod ja;
mod language;
mod names;

pub use language::Language;

/// Puts values into the `{name}`s of a template.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    // Values are never searched for placeholders: they may hold what an attacker wrote.
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            rest = after;
            continue;
        };
        filled.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// A set of texts: its fields are templates, its lists stand in the order of a vocabulary, its parts are further sets.
macro_rules! texts {
    (
        $(#[$outer:meta])* struct $set:ident;
        lists { $($(#[$list_meta:meta])* $list:ident: $length:literal,)* }
        parts { $($(#[$part_meta:meta])* $part:ident: $part_type:ty,)* }
        $($(#[$meta:meta])* $name:ident,)+
    ) => {
        $(#[$outer])*
        #[derive(Debug)]
        pub struct $set {
            $($(#[$meta])* pub $name: &'static str,)+
            $($(#[$list_meta])* pub $list: [&'static str; $length],)*
            $($(#[$part_meta])* pub $part: $part_type,)*
        }

        impl $set {
            /// Names and templates, for comparing languages.
            #[cfg(test)]
            pub(in crate::text) fn all(&self) -> Vec<(&'static str, &'static str)> {
                let all = vec![$((stringify!($name), self.$name),)+];
                let lists: &[Vec<(&'static str, &'static str)>] =
                    &[$(self.$list.map(|text| (stringify!($list), text)).to_vec(),)*];
                let parts: &[Vec<(&'static str, &'static str)>] = &[$(self.$part.all(),)*];
                [all, lists.concat(), parts.concat()].concat()
            }
        }
    };
}

mod cost;
mod coverage;
mod explorer;
mod layers;
mod pack;
mod reports;
mod shares;
mod status;

pub use cost::CostText;
pub use coverage::CoverageText;
pub use explorer::ExplorerText;
pub use layers::LayerText;
pub use pack::PackText;
pub use reports::ReportText;
pub use shares::ShareText;
pub use status::StatusText;

texts! {
    /// Every text. `{name}` is a placeholder; `one|many` are the forms of a count.
    struct Text;
    lists {
        /// In the order of [`crate::model::Category::ALL`].
        categories: 11,
        /// In the order of [`crate::model::Severity::ALL`].
        severities: 5,
        /// In the order of the aspects of a change.
        aspects: 10,
    }
    parts {
        cost: CostText,
        /// Reports of the overview.
        reports: ReportText,
        /// Where GuardDuty's agent runs.
        coverage: CoverageText,
        /// Saved views, groups and columns of the explorer.
        explorer: ExplorerText,
        /// What looks at each workload.
        layers: LayerText,
        /// Shares and what stands behind their links.
        pack: PackText,
        shares: ShareText,
        /// What is asked beside findings.
        status: StatusText,
    }
    skip_to_content,
    nav_label,
    nav_overview,
    nav_findings,
    nav_status,
    language_label,
    theme_label,
    theme_auto,
    theme_light,
    theme_dark,
    foot_as_of,
    foot_read_only,
    new_data,
    new_data_refresh,
    new_data_dismiss,
    trail_label,
    unknown,
    unknown_bucket,
    yes,
    no,
    ago,
    ago_now,
    span_days,
    span_hours,
    span_minutes,
    span_seconds,
    headline_findings,
    headline_families,
    headline_outside,
    headline_no_family,
    headline_quiet,
    headline_unknown,
    headline_sources_good,
    headline_sources_bad,
    headline_synced,
    headline_never_synced,
    no_source_yet,
    kpi_new,
    kpi_new_high,
    kpi_active,
    kpi_occurrences,
    kpi_families,
    change,
    change_none,
    change_unknown,
    range_label,
    range_day,
    range_week,
    range_month,
    range_quarter,
    range_year,
    range_all,
    window_between,
    window_until,
    show_table,
    spark_title,
    clusters_heading,
    cluster_none,
    clusters_more,
    families_heading,
    family_none,
    families_more,
    latest_heading,
    see_all,
    empty_window,
    unwatched_window,
    empty_filtered,
    empty_searched,
    column_finding,
    column_severity,
    column_where,
    column_count,
    column_created,
    column_state,
    column_trend,
    column_findings,
    column_change,
    column_total,
    column_from,
    column_source,
    column_last_success,
    column_held,
    column_read,
    column_new,
    column_updated,
    column_rejected,
    column_requests,
    column_throttles,
    column_observed,
    column_more,
    mark_sample,
    mark_sequence,
    mark_member,
    kind_threat,
    kind_posture,
    kind_vulnerability,
    status_all,
    status_active,
    status_archived,
    status_resolved,
    status_suppressed,
    sample_exclude,
    sample_include,
    sample_only,
    field_category,
    field_severity,
    field_cluster,
    field_family,
    field_revision,
    field_service,
    field_image,
    field_account,
    field_region,
    field_source,
    field_type,
    field_product,
    field_control,
    field_resource_type,
    field_resource,
    field_workflow,
    field_launch_type,
    field_workload,
    none_of_field,
    filter_open,
    filter_label,
    filter_text,
    filter_text_hint,
    filter_status,
    filter_kind,
    filter_sample,
    filter_sequence,
    filter_apply,
    facet_search,
    facet_nothing,
    filter_reset,
    chips_label,
    chip_not,
    chip_remove,
    findings_count,
    findings_unknown,
    download_csv,
    pager_label,
    pager_first,
    pager_next,
    open_console,
    what_heading,
    where_heading,
    when_heading,
    work_heading,
    members_heading,
    history_heading,
    history_note,
    column_changed,
    list_separator,
    documents_heading,
    document_of,
    seen_heading,
    seen_note,
    seen_process,
    seen_command,
    seen_tool,
    seen_files,
    seen_domains,
    seen_connections,
    seen_calls,
    seen_threats,
    process_path,
    process_user,
    process_pid,
    process_started,
    connection_in,
    connection_out,
    connection_any,
    connection_local,
    connection_blocked,
    connection_open,
    call_from,
    call_error,
    next_heading,
    next_read,
    next_change,
    command_read_finding,
    command_read_task,
    command_read_definition,
    command_read_service,
    command_stop_task,
    command_scale,
    categories_heading,
    revisions_heading,
    images_heading,
    types_heading,
    namesakes,
    none_explained,
    same_type,
    elsewhere_heading,
    elsewhere_note,
    values_more,
    copy,
    copied,
    fact_type,
    fact_rule,
    fact_secondary,
    fact_score,
    fact_tactic,
    fact_product,
    fact_sequence,
    fact_control,
    fact_vulnerabilities,
    fact_task,
    fact_container,
    fact_digest,
    fact_resource,
    fact_created,
    fact_first_seen,
    fact_last_seen,
    fact_updated,
    fact_observed,
    fact_closed,
    fact_expired,
    fact_occurrences,
    fact_in_guardduty,
    fact_in_securityhub,
    fact_archived,
    fact_record_state,
    fact_compliance,
    sources_heading,
    source_guardduty,
    source_securityhub,
    state_fresh,
    state_stale,
    state_failing,
    state_denied,
    state_not_enabled,
    state_never,
    state_not_asked,
    never_pulled,
    failing_since,
    clock_ahead,
    clock_behind,
    sync_interval,
    next_pull,
    pull_now,
    pulling,
    pull_took,
    unknown_types_heading,
    unknown_types_note,
    unknown_types_none,
    column_type,
    column_category,
    database_heading,
    database_findings,
    database_versions,
    database_rejected,
    database_size,
    database_schema,
    database_engine,
    write_disk_full,
    write_failed,
    log_set_aside,
    log_read_again,
    product_version,
    sequence_members_new,
    sequence_members,
    rejects_heading,
    rejects_note,
    rejects_none,
    rejects_all,
    column_origin,
    column_reason,
    reject_show,
    reject_cut,
    drift_heading,
    drift_note,
    drift_none,
    drift_archived_in_guardduty,
    drift_archived_in_securityhub,
    drift_missing_in_securityhub,
    drift_missing_in_guardduty,
    drift_severity,
    drift_severities,
    drift_more,
    fail_bad_heading,
    fail_bad_advice,
    fail_missing_heading,
    fail_missing_advice,
    fail_method_heading,
    fail_foreign_heading,
    fail_foreign_advice,
    fail_taken_heading,
    fail_taken_advice,
    fail_busy_heading,
    fail_busy_advice,
    fail_other_heading,
    fail_other_advice,
    fail_reference,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(template: &str) -> std::collections::BTreeSet<&str> {
        template.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
    }

    #[test]
    fn both_languages_say_the_same_things_and_leave_nothing_empty() {
        for ((name, english), (_, japanese)) in en::TEXT.all().into_iter().zip(ja::TEXT.all()) {
            assert!(!english.trim().is_empty() && !japanese.trim().is_empty(), "{name}");
            assert_eq!(placeholders(english), placeholders(japanese), "{name}");
            assert!(!japanese.contains('|'), "{name}: Japanese has one form");
        }
    }

    #[test]
    fn values_are_not_templates() {
        assert_eq!(fill("{who} saw {what}", &[("who", "{what}"), ("what", "it")]), "{what} saw it");
        assert_eq!(fill("open { and {gone}", &[]), "open ");
    }
}
