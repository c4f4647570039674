//! Reading the QR code of a member's card from a picture of the camera. Many tablets' browsers cannot do it themselves.

use regulars_rules::id::Text;

const BYTES_A_PIXEL: usize = 4;

/// The text of the first QR code that can be read.
#[must_use]
pub fn qr_code(width: u32, rgba: &[u8]) -> Option<Text> {
    let width = usize::try_from(width).ok().filter(|width| *width > 0)?;
    let height = (rgba.len() / BYTES_A_PIXEL).checked_div(width)?;
    if height == 0 {
        return None;
    }
    let brightness = |x: usize, y: usize| {
        let at = y.saturating_mul(width).saturating_add(x).saturating_mul(BYTES_A_PIXEL);
        let pixel = rgba.get(at..at.saturating_add(3)).unwrap_or_default();
        // The eye's weights, in 256ths, which sum to 256.
        let sum: u32 = pixel.iter().zip([77, 150, 29]).map(|(part, weight)| u32::from(*part) * weight).sum();
        u8::try_from(sum / 256).unwrap_or(u8::MAX)
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, brightness);
    image.detect_grids().iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| Text::from(text))
}

#[cfg(test)]
mod tests {
    use super::qr_code;
    use crate::views::qr;

    /// A picture with a code in its middle, `scale` pixels a module, dark grey on light grey, brighter to the right.
    fn photographed(text: &str, scale: usize) -> (u32, Vec<u8>) {
        let modules = qr(text);
        let side = (modules.len() + 12) * scale;
        let mut rgba = Vec::new();
        for y in 0..side {
            for x in 0..side {
                let module = |at: usize| (at / scale).checked_sub(6);
                let dark = module(y).zip(module(x)).and_then(|(y, x)| modules.get(y)?.get(x).copied()).unwrap_or(false);
                let shade = if dark { 40 } else { 200 } + u8::try_from(x * 30 / side).unwrap_or(0);
                rgba.extend([shade, shade, shade, 255]);
            }
        }
        (u32::try_from(side).unwrap_or(0), rgba)
    }

    #[test]
    fn a_card_is_read_from_a_picture() {
        for scale in [3, 5, 8] {
            let (width, rgba) = photographed("1000123 042", scale);
            assert_eq!(qr_code(width, &rgba).as_deref(), Some("1000123 042"), "{scale} pixels a module");
        }
    }

    #[test]
    fn a_picture_without_a_code_or_cut_short_gives_nothing() {
        assert_eq!(qr_code(0, &[]), None);
        assert_eq!(qr_code(640, &[255; 1_000]), None);
        assert_eq!(qr_code(64, &[255; 64 * 64 * 4]), None);
        let (width, rgba) = photographed("1000123042", 4);
        assert_eq!(qr_code(width, rgba.get(..rgba.len() / 2).unwrap_or_default()), None);
    }
}
