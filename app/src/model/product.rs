//! What makers say of products that watch containers: said, not measured, and each saying with its page.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::layers::Words;
use super::terms::{UnknownTerm, vocabulary};

vocabulary! {
    /// What a price does not say.
    ProductTrait = "trait" {
        Detects => "detects",
        Blocks => "blocks",
        Isolates => "isolates",
        /// To deploy on ECS Fargate.
        Effort => "effort",
    }
}

/// What a page of the maker says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductSaid {
    pub about: ProductTrait,
    /// In short words of ours.
    pub text: Words,
    /// The page.
    pub source: String,
    /// When somebody read it, such as `2026-11`.
    pub read: String,
}

/// A product and what is said of it. A trait nothing is said of: no page was found that tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    pub name: String,
    pub said: Vec<ProductSaid>,
}

impl Product {
    /// What is said about a trait.
    pub fn about(&self, about: ProductTrait) -> Option<&ProductSaid> {
        self.said.iter().find(|said| said.about == about)
    }
}
