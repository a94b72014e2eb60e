//! One pulled world, asked everything: pulling takes longer than all the questions together.

use server::sync::CostWhen;

use crate::world::Stage;
use crate::{api, csv, http, openapi, pack, reports, shares};

#[tokio::test(flavor = "multi_thread")]
async fn a_pulled_world_answers_as_promised() {
    let stage = Stage::whole().await;
    stage.syncer.run_cost(CostWhen::Now).await.unwrap();
    // Pulls it.
    http::readiness_and_metrics_tell_what_was_pulled(&stage).await;
    api::answers_have_the_promised_form(&stage).await;
    api::one_question_has_one_number(&stage).await;
    api::pages_of_a_list_join_without_gap_or_repetition(&stage).await;
    csv::files_keep_the_contract_and_agree_with_the_api(&stage).await;
    reports::a_heat_map_agrees_with_breakdown_trend_and_lists(&stage).await;
    reports::groups_lead_to_lists_of_their_numbers(&stage).await;
    reports::values_are_found_by_their_text(&stage).await;
    reports::resources_are_found_by_part_of_their_id(&stage).await;
    reports::movers_and_news_compare_with_what_was_watched(&stage).await;
    reports::the_radar_counts_what_both_services_forget(&stage).await;
    reports::every_report_comes_in_every_form(&stage).await;
    reports::pictures_are_files_that_can_be_kept(&stage).await;
    pack::packs_hold_the_files_of_the_pages(&stage).await;
    openapi::the_description_is_what_is_served(&stage).await;
    shares::links_show_the_numbers_of_the_pages(&stage).await;
    shares::what_is_hidden_is_in_no_form(&stage).await;
    shares::links_are_small_quiet_and_framed_by_those_they_name(&stage).await;
    shares::nothing_a_reader_sends_widens_a_link(&stage).await;
    shares::links_wait_for_nobody_who_asks_too_fast(&stage).await;
    // Lets time pass.
    shares::links_live_and_die(&stage).await;
    http::kept_answers_are_good_until_something_changes(&stage).await;
    http::pages_are_kept_as_they_were_sent(&stage).await;
    // Closes the store.
    http::a_download_that_breaks_off_does_not_look_whole(&stage).await;
}
