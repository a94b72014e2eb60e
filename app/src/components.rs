//! The parts pages are made of. Each is a function of finished values; none asks the backend.

pub mod badge;
pub mod chart;
pub mod chart_words;
pub mod database_notices;
pub mod documents;
pub mod drift_rows;
pub mod evidence;
pub mod facets;
pub mod finding_rows;
pub mod heat;
pub mod kpi;
pub mod lifespan_rows;
pub mod movers;
pub mod news;
pub mod next_steps;
pub mod place_link;
pub mod place_rows;
pub mod radar;
pub mod range_bar;
pub mod reject_rows;
pub mod sequence_note;
pub mod shell;
pub mod source_rows;
