//! Pulls every source on time and tells the truth about how it went.
