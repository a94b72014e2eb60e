//! Texts of what is asked beside findings.

use crate::text::StatusText;

pub const TEXT: StatusText = StatusText {
    heading: "What else AWS is asked",
    note: "By account and Region. A refusal costs only the figures that need it: they are unknown, not zero.",
    column_collector: "About",
    column_answered: "Answered",
    column_took: "Took",
    column_next: "Next",
    took: "{seconds} s",
    part_trouble: "{part}:",
    part_joint: ", ",
    collectors: ["What runs, and where agents are", "What it costs"],
    coverage_parts: [
        "GuardDuty's features",
        "GuardDuty's verdicts",
        "GuardDuty's counts",
        "Clusters",
        "Services",
        "Tasks",
        "Security Hub's standards",
    ],
};
