//! Implements the port the pages ask.
