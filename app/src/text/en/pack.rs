//! Texts of report packs.

use crate::text::PackText;

pub const TEXT: PackText = PackText {
    button: "Report pack",
    heading: "Security findings: report pack",
    lead: "Findings of Amazon GuardDuty and AWS Security Hub as Yagura held them. `overview.html` is the page to read and to print; the other files hold the numbers behind it. Nothing is hidden in them: account numbers, ARNs and details stand as they are.",
    made_at: "Made at",
    window: "Findings created (end not included)",
    beginning: "the beginning",
    time_zone: "Days begin in the time zone",
    filter: "Asked for, as a query string",
    no_filter: "nothing but the time",
    data_version: "Version of the data",
    versions: "{first} to {last}: findings arrived while the pack was written, and files may differ by these",
    program: "Made with",
    files: "Files",
    file: "File",
    rows: "Records",
    bytes: "Bytes",
    check: "`sha256sum -c SHA256SUMS` checks that every file is as it was made.",
    unknown: "An empty value is unknown, not zero: nobody looked at that time.",
};
