//! What makers say of their products: data in `seed-data/products.toml`.

use std::sync::LazyLock;

use app::model::Product;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    product: Vec<Product>,
}

static PRODUCTS: LazyLock<Vec<Product>> = LazyLock::new(|| {
    match toml::from_str::<Seed>(include_str!("../../../seed-data/products.toml")) {
        Ok(seed) => seed.product,
        Err(error) => {
            // A test reads it; what is embedded cannot change afterwards.
            tracing::error!(%error, "seed-data/products.toml is unreadable: nothing is said of any product");
            Vec::new()
        }
    }
});

/// Every product, GuardDuty first.
pub fn products() -> &'static [Product] {
    &PRODUCTS
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everything_said_has_its_page_its_month_and_both_languages() {
        let names: BTreeSet<&str> = products().iter().map(|product| product.name.as_str()).collect();
        assert_eq!((names.len(), products().len()), (5, 5));
        for product in products() {
            let about: BTreeSet<_> = product.said.iter().map(|said| said.about.as_str()).collect();
            assert_eq!(about.len(), product.said.len(), "{}: one saying for each trait", product.name);
            for said in &product.said {
                assert!(said.source.starts_with("https://"), "{said:?}");
                assert!(said.read.len() == 7 && said.read.as_bytes()[4] == b'-', "{said:?}");
                assert!(!said.text.en.is_empty() && !said.text.ja.is_empty(), "{said:?}");
            }
        }
    }
}
