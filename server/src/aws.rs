//! The ports to Amazon: clients, one per account and Region, and what they collect.
