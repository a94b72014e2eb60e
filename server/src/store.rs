//! DuckDB: one writer, many readers, migrations.
