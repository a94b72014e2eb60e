//! From what AWS or a file said to what we know: pure, without IO.
