//! Start, readiness and an orderly stop.
