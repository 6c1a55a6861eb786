//! Pictures as pixels, and how far two may differ.

use std::io::Cursor;

/// By how much a channel of a pixel may differ, of 255: edges of letters do, between versions of the
/// browser.
const SHADE: u8 = 32;

/// How many pixels may differ by more than that, of 1,000. A word that has changed is more.
const SHARE: usize = 2;

/// A picture, three bytes for each pixel, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// Reads a picture with 8 bits a channel, whose opacity counts for nothing.
    pub(super) fn of_png(bytes: &[u8]) -> Self {
        let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
        let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut buffer).unwrap();
        let channels = info.color_type.samples();
        assert!(channels >= 3 && info.bit_depth == png::BitDepth::Eight, "{info:?}");
        let pixels = buffer[..info.buffer_size()].chunks_exact(channels);
        let pixels = pixels.map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        let [width, height] = [info.width, info.height].map(|side| usize::try_from(side).unwrap());
        Self { width, height, pixels }
    }

    /// Returns the picture as a file.
    pub(super) fn as_png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let [width, height] = [self.width, self.height].map(|side| u32::try_from(side).unwrap());
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(self.pixels.as_flattened()).unwrap();
        writer.finish().unwrap();
        bytes
    }

    /// Returns the picture at half the size, each pixel the mean of four.
    pub(super) fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let at = |x: usize, y: usize| self.pixels[y * self.width + x];
        let mean = |x: usize, y: usize| {
            let four = [at(x, y), at(x + 1, y), at(x, y + 1), at(x + 1, y + 1)];
            [0, 1, 2].map(|channel| {
                let sum: u16 = four.iter().map(|pixel| u16::from(pixel[channel])).sum();
                u8::try_from(sum / 4).unwrap()
            })
        };
        let rows = 0..height;
        let pixels = rows.flat_map(|y| (0..width).map(move |x| (x, y)));
        let pixels = pixels.map(|(x, y)| mean(2 * x, 2 * y)).collect();
        Self { width, height, pixels }
    }

    /// Says how it differs from the kept picture; `None` if by no more than is tolerated.
    pub(super) fn difference(&self, kept: &Self) -> Option<String> {
        let sizes = [(self.width, self.height), (kept.width, kept.height)];
        if sizes[0] != sizes[1] {
            return Some(format!("{:?} pixels instead of {:?}", sizes[0], sizes[1]));
        }
        let differs =
            |(a, b): &(&[u8; 3], &[u8; 3])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > SHADE);
        let all = self.pixels.len();
        let count = self.pixels.iter().zip(&kept.pixels).filter(differs).count();
        (count * 1_000 > all * SHARE).then(|| format!("{count} of {all} pixels differ"))
    }
}

#[test]
fn noise_is_tolerated_and_a_changed_word_is_not() {
    let (width, height) = (200, 400);
    let plain = Picture { width, height, pixels: vec![[200, 100, 50]; width * height] };
    assert_eq!(Picture::of_png(&plain.as_png()), plain);
    assert_eq!(plain.halved().pixels, vec![[200, 100, 50]; width * height / 4]);
    let mut noisy = plain.clone();
    noisy.pixels.iter_mut().step_by(3).for_each(|pixel| pixel[1] += 20);
    noisy.pixels.iter_mut().step_by(1_000).for_each(|pixel| pixel[2] = 255);
    assert_eq!(noisy.difference(&plain), None);
    // As much ink as a short word of a hint has.
    let mut word = plain.clone();
    (0..200).for_each(|dot| word.pixels[dot * 7] = [20, 20, 20]);
    assert!(word.difference(&plain).is_some());
    let smaller = plain.halved();
    assert_eq!(smaller.difference(&plain).unwrap(), "(100, 200) pixels instead of (200, 400)");
}
