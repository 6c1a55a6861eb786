//! Texts as QR codes, for what a phone is to open.
//!
//! Not here: which text, and the words beside it. Whoever looks with a camera reads the whole text,
//! so it must hold no password and no token unless the user asked for exactly that.

use std::fmt::Write as _;

use qrcode::{Color, QrCode};

/// The light margin that readers need, in modules.
const MARGIN: usize = 4;

/// `text` as the markup of an SVG picture with the class `qr`; `None` if it is too long for a code
/// (more than 2,331 bytes).
///
/// It is dark on light in any theme, as some readers refuse the reverse, and has no size of its own.
/// It is silent: the element around it says in words what the code holds.
pub fn qr_svg(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    let modules = code.to_colors();
    let side = code.width() + 2 * MARGIN;
    let mut path = String::new();
    for (y, row) in modules.chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(PartialEq::eq) {
            if run.first() == Some(&Color::Dark) {
                // Writing into a text cannot fail.
                let _ = write!(path, "M{} {}h{}v1h-{2}z", x + MARGIN, y + MARGIN, run.len());
            }
            x += run.len();
        }
    }
    Some(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" \
         aria-hidden=\"true\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The symbol that ISO/IEC 18004 shows in Annex I for `01234567`, in version 1-M.
    const ANNEX_I: [&str; 21] = [
        "#######..#.##.#######",
        "#.....#..####.#.....#",
        "#.###.#.#.....#.###.#",
        "#.###.#.##....#.###.#",
        "#.###.#.#.###.#.###.#",
        "#.....#.#...#.#.....#",
        "#######.#.#.#.#######",
        "........#..##........",
        "#.#####..#..#.#####..",
        "...#.#.##.#.#..#.##..",
        "..#...##.#.#.#..#####",
        "....#....#.....####..",
        "...######..#.#..#....",
        "........#.#####..##..",
        "#######..##.#.##.....",
        "#.....#.#.#####...#.#",
        "#.###.#.#...#..#.##..",
        "#.###.#.##..#..#.....",
        "#.###.#.#.##.#..#.#..",
        "#.....#........##.##.",
        "#######.####.#..#.#..",
    ];

    /// The dark modules that the path of `svg` draws, as rows of `#` and `.`.
    fn drawn(svg: &str, width: usize) -> Vec<String> {
        let path = svg.rsplit_once(" d=\"").unwrap().1.split_once('"').unwrap().0;
        let mut rows = vec![vec!['.'; width]; width];
        for run in path.split('M').skip(1) {
            let numbers: Vec<usize> =
                run.split([' ', 'h', 'v']).take(3).map(|number| number.parse().unwrap()).collect();
            let [x, y, length] = numbers[..] else { panic!("{run}") };
            rows[y - MARGIN][x - MARGIN..x - MARGIN + length].fill('#');
        }
        rows.into_iter().map(String::from_iter).collect()
    }

    #[test]
    fn the_example_of_the_standard_is_drawn_module_by_module() {
        let svg = qr_svg("01234567").unwrap();
        assert!(svg.contains("viewBox=\"0 0 29 29\""), "a margin of 4 modules: {svg}");
        assert_eq!(drawn(&svg, 21), ANNEX_I);
    }

    #[test]
    fn a_text_that_no_code_holds_has_none() {
        assert!(qr_svg(&"a".repeat(2331)).is_some());
        assert!(qr_svg(&"a".repeat(2332)).is_none());
    }
}
