//! Routes, middleware, and nothing that decides.
