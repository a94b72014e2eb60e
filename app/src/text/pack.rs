//! Texts of report packs.

texts! {
    /// Texts of report packs.
    struct PackText;
    lists {}
    parts {}
    button,
    heading,
    lead,
    made_at,
    window,
    beginning,
    time_zone,
    filter,
    no_filter,
    data_version,
    versions,
    program,
    files,
    file,
    rows,
    bytes,
    check,
    unknown,
}
