//! A standalone picture as PNG, drawn in this process with the machine's fonts.
//!
//! What they lack comes from a font of our own: containers have no fonts at all, and few servers have Japanese ones. It
//! holds the characters of our texts, kana, Latin letters and punctuation (`assets/fonts`, under the OFL), not every
//! character that a name may have: for those the machine needs a font such as Debian's `fonts-noto-cjk`.

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

/// Noto Sans CJK JP, cut down to what our texts need. A test tells when a text needs more; then, with the characters it
/// names added to those of the font: `pyftsubset NotoSansCJK-Regular.ttc --font-number=0 --text-file=characters
/// --layout-features= --no-hinting --name-IDs='*'`.
const OWN_FONT: &[u8] = include_bytes!("../../assets/fonts/japanese-texts.otf");

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
        with_own(database)
    };
    Arc::clone(FONTS.get_or_init(load))
}

/// Our own font behind the machine's, and a family for text that names none.
fn with_own(mut database: Database) -> Arc<Database> {
    // Found last: it helps out where no other has a character.
    database.load_font_data(OWN_FONT.to_vec());
    let has = |name: &str| database.query(&Query { families: &[Family::Name(name)], ..Query::default() }).is_some();
    let known = SANS.iter().find(|name| has(name)).map(|name| (*name).to_owned());
    let any = || database.faces().next().and_then(|face| face.families.first()).map(|(name, _)| name.clone());
    if let Some(family) = known.or_else(any) {
        database.set_sans_serif_family(family);
    }
    Arc::new(database)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use std::collections::BTreeSet;

    use super::*;

    /// Whether a text leaves a mark on a machine without fonts.
    fn is_visible(text: &str, fonts: &Arc<Database>) -> bool {
        let svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><text x="1" y="13" font-size="12" font-family="sans-serif">{text}</text></svg>"#
        );
        let options = Options { fontdb: Arc::clone(fonts), font_family: "sans-serif".to_owned(), ..Options::default() };
        let mut pixels = Pixmap::new(16, 16).unwrap();
        resvg::render(&Tree::from_str(&svg, &options).unwrap(), Transform::identity(), &mut pixels.as_mut());
        pixels.data().iter().any(|byte| *byte != 0)
    }

    #[test]
    fn japanese_is_painted_on_a_machine_without_fonts() {
        let fonts = with_own(Database::new());
        assert!(!is_visible("\u{1f980}", &fonts), "what no font has leaves no mark");
        let sources = [
            include_str!("../../../app/src/text/ja.rs"),
            include_str!("../../../app/src/text/ja/explorer.rs"),
            include_str!("../../../app/src/text/ja/reports.rs"),
            include_str!("../../../app/src/text/ja/shares.rs"),
            include_str!("../../../app/src/text/en.rs"),
            include_str!("../../../app/src/text/en/shares.rs"),
            include_str!("label.rs"),
        ];
        let characters: BTreeSet<char> =
            sources.iter().flat_map(|source| source.chars()).filter(|one| !one.is_ascii()).collect();
        assert!(characters.len() > 300, "{}", characters.len());
        let missing: String = characters
            .into_iter()
            .filter(|one| !one.is_whitespace() && !is_visible(&one.to_string(), &fonts))
            .collect();
        assert_eq!(missing, "", "the font of the texts lacks these");
        for letter in ('0'..='9').chain('a'..='z').chain('A'..='Z') {
            assert!(is_visible(&letter.to_string(), &fonts), "{letter}");
        }
    }
}
