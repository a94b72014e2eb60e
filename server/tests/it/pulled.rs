//! One pulled world, asked everything: pulling takes longer than all the questions together.

use crate::world::Stage;
use crate::{api, csv, http, openapi};

#[tokio::test(flavor = "multi_thread")]
async fn a_pulled_world_answers_as_promised() {
    let stage = Stage::new().await;
    // Pulls it.
    http::readiness_and_metrics_tell_what_was_pulled(&stage).await;
    api::answers_have_the_promised_form(&stage).await;
    api::one_question_has_one_number(&stage).await;
    api::pages_of_a_list_join_without_gap_or_repetition(&stage).await;
    csv::files_keep_the_contract_and_agree_with_the_api(&stage).await;
    openapi::the_description_is_what_is_served(&stage).await;
    // Lets time pass.
    http::kept_answers_are_good_until_something_changes(&stage).await;
    // Closes the store.
    http::a_download_that_breaks_off_does_not_look_whole(&stage).await;
}
