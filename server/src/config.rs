//! Every setting, layered and validated at start.
