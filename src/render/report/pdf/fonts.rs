//! The fonts of the pages: one for text and one for what files hold. Both come with the typesetter
//! and may be embedded: `Libertinus` under the SIL Open Font License 1.1, `DejaVu` under the licence of
//! Bitstream Vera. Their notices stand in the fonts themselves.

use std::sync::OnceLock;

use typst::foundations::Bytes;
use typst::text::Font;

/// The family of all text.
pub(super) const TEXT: &str = "Libertinus Serif";

/// The family of paths and lines of files, and of characters that the other lacks.
pub(super) const MONO: &str = "DejaVu Sans Mono";

/// Where the fonts that are used stand among those of the typesetter. Only they are linked.
const REGULAR: usize = 0;
const ITALIC: usize = 2;
const SEMIBOLD: usize = 4;
const MONO_REGULAR: usize = 16;

/// Returns the fonts, those of the text first.
pub(super) fn all() -> &'static [Font] {
    static FONTS: OnceLock<Vec<Font>> = OnceLock::new();
    FONTS.get_or_init(|| {
        let numbers = [REGULAR, ITALIC, SEMIBOLD, MONO_REGULAR];
        let fonts = numbers.into_iter().map(|number| {
            let data = typst_assets::fonts().nth(number);
            let data = data.expect("the typesetter brings this font");
            Font::new(Bytes::new(data), 0).expect("the font can be read")
        });
        fonts.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fonts_are_those_that_the_template_names() {
        let found: Vec<_> = all()
            .iter()
            .map(|font| {
                let info = font.info();
                let weight = info.variant.weight.to_number();
                (
                    info.family.as_str(),
                    weight,
                    format!("{:?}", info.variant.style),
                )
            })
            .collect();
        let expected = [
            (TEXT, 400, "Normal"),
            (TEXT, 400, "Italic"),
            (TEXT, 600, "Normal"),
            (MONO, 400, "Normal"),
        ];
        let expected = expected.map(|(family, weight, style)| (family, weight, style.to_owned()));
        assert_eq!(found, expected);
    }
}
