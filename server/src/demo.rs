//! An AWS simulator that speaks the real wire protocol, fed from seed-data.
