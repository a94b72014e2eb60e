//! A standalone picture as PNG, drawn in this process with the machine's fonts.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Family, Query};
use resvg::usvg::{Options, Tree};

use super::Picture;

/// Pixels per unit: sharp on dense screens and on paper.
const SCALE: f32 = 2.0;
/// Fonts for text without a family of its own, best first. Glyphs a font lacks come from any font that has them.
const SANS: [&str; 9] = [
    "Noto Sans",
    "DejaVu Sans",
    "Liberation Sans",
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "Hiragino Sans",
    "Helvetica",
    "Segoe UI",
    "Arial",
];

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
pub enum RasterError {
    /// Our own drawing is not understood.
    #[error("the drawing cannot be read: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// It has no size, or one no memory is left for.
    #[error("the drawing has no size to paint")]
    Size,
    /// The image could not be written.
    #[error("the image cannot be encoded: {0}")]
    Encode(String),
}

/// Paints a picture. Takes a good part of a second: not for a thread that answers requests.
pub fn png(picture: &Picture) -> Result<Vec<u8>, RasterError> {
    let options = Options { fontdb: fonts(), font_family: "sans-serif".to_owned(), ..Options::default() };
    let tree = Tree::from_str(&picture.svg, &options)?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or(RasterError::Size)?;
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or(RasterError::Size)?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| RasterError::Encode(error.to_string()))
}

/// Every font of the machine, looked for once.
fn fonts() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut database = Database::new();
        database.load_system_fonts();
        let has = |name: &str| database.query(&Query { families: &[Family::Name(name)], ..Query::default() }).is_some();
        let known = SANS.iter().find(|name| has(name)).map(|name| (*name).to_owned());
        let any = || database.faces().next().and_then(|face| face.families.first()).map(|(name, _)| name.clone());
        if let Some(family) = known.or_else(any) {
            database.set_sans_serif_family(family);
        } else {
            tracing::warn!("this machine has no fonts: pictures have no text");
        }
        Arc::new(database)
    };
    Arc::clone(FONTS.get_or_init(load))
}
