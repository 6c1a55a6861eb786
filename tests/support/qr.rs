//! Reads QR codes as the page draws them, by the rules of ISO/IEC 18004 and without the page's library.
//!
//! Only what the tests need: versions 1 to 6 at level M, undamaged, so nothing is corrected.

/// By version: blocks, and the words of data in each.
const BLOCKS: [(usize, usize); 6] = [(1, 16), (1, 28), (1, 44), (2, 32), (2, 43), (4, 27)];
/// The characters of the alphanumeric mode.
const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
/// What the format bits are mixed with.
const FORMAT_MASK: u32 = 0b101_0100_0001_0010;

/// Returns the text in the code whose `svg` has one path of dark modules, and a margin of 4.
///
/// # Panics
/// If it is no such code.
pub fn text(svg: &str) -> String {
    let dark = modules(svg);
    let version = (dark.len() - 17) / 4;
    let format = (0..9).filter(|at| *at != 6).map(|at| dark[8][at]);
    let format = format.chain((0..8).rev().filter(|at| *at != 6).map(|at| dark[at][8]));
    let format = format.fold(0, |bits, bit| bits << 1 | u32::from(bit)) ^ FORMAT_MASK;
    assert_eq!(format >> 13, 0, "level M");
    let words = words(&dark, version, format >> 10 & 7);
    let (blocks, length) = BLOCKS[version - 1];
    let data = (0..blocks).flat_map(|block| (0..length).map(move |at| at * blocks + block));
    decode(
        &data
            .flat_map(|at| (0..8).rev().map(move |bit| (at, bit)))
            .map(|(at, bit)| words[at] >> bit & 1 == 1)
            .collect::<Vec<_>>(),
    )
}

/// The dark modules, in rows.
fn modules(svg: &str) -> Vec<Vec<bool>> {
    let side = svg.split_once("viewBox=\"0 0 ").unwrap().1.split_once(' ').unwrap().0;
    let side: usize = side.parse().unwrap();
    let path = svg.rsplit_once(" d=\"").unwrap().1.split_once('"').unwrap().0;
    let mut all = vec![vec![false; side]; side];
    for run in path.split('M').skip(1) {
        let numbers: Vec<usize> =
            run.split([' ', 'h', 'v']).take(3).map(|number| number.parse().unwrap()).collect();
        all[numbers[1]][numbers[0]..numbers[0] + numbers[2]].fill(true);
    }
    all[4..side - 4].iter().map(|row| row[4..side - 4].to_vec()).collect()
}

/// Whether the module is part of a pattern and holds no data.
fn is_pattern(side: usize, row: usize, column: usize) -> bool {
    let near = |at: usize, centre: usize| at.abs_diff(centre) <= 2;
    let is_first = |at: usize| at < 9;
    let is_last = |at: usize| at >= side - 8;
    let corner = (is_first(row) && (is_first(column) || is_last(column)))
        || (is_last(row) && is_first(column));
    corner
        || row == 6
        || column == 6
        || (side > 21 && near(row, side - 7) && near(column, side - 7))
}

fn is_masked(mask: u32, row: usize, column: usize) -> bool {
    let (both, product) = (row + column, row * column);
    match mask {
        0 => both % 2 == 0,
        1 => row.is_multiple_of(2),
        2 => column.is_multiple_of(3),
        3 => both % 3 == 0,
        4 => (row / 2 + column / 3).is_multiple_of(2),
        5 => product % 2 + product % 3 == 0,
        6 => (product % 2 + product % 3) % 2 == 0,
        _ => (both % 2 + product % 3) % 2 == 0,
    }
}

/// The words in the order in which they are placed: two columns at a time, up and down.
fn words(dark: &[Vec<bool>], version: usize, mask: u32) -> Vec<u8> {
    let side = version * 4 + 17;
    let right = (7..side).rev().step_by(2).chain([5, 3, 1]);
    let mut bits = Vec::new();
    for (turn, column) in right.enumerate() {
        for step in 0..side {
            let row = if turn % 2 == 0 { side - 1 - step } else { step };
            for column in [column, column - 1] {
                if !is_pattern(side, row, column) {
                    bits.push(dark[row][column] != is_masked(mask, row, column));
                }
            }
        }
    }
    let word = |bits: &[bool]| bits.iter().fold(0, |word, bit| word << 1 | u8::from(*bit));
    bits.chunks_exact(8).map(word).collect()
}

fn decode(bits: &[bool]) -> String {
    let mut rest = bits.iter();
    let mut take = |count: usize| {
        rest.by_ref().take(count).fold(0_usize, |number, bit| number << 1 | usize::from(*bit))
    };
    let mut text = Vec::new();
    loop {
        match take(4) {
            0 => return String::from_utf8(text).unwrap(),
            1 => {
                let mut left = take(10);
                while left > 0 {
                    let digits = left.min(3);
                    let number = take([0, 4, 7, 10][digits]);
                    text.extend(format!("{number:0digits$}").bytes());
                    left -= digits;
                }
            }
            2 => {
                let count = take(9);
                for _ in 0..count / 2 {
                    let pair = take(11);
                    text.extend([ALPHANUMERIC[pair / 45], ALPHANUMERIC[pair % 45]]);
                }
                if count % 2 == 1 {
                    text.push(ALPHANUMERIC[take(6)]);
                }
            }
            4 => {
                for _ in 0..take(8) {
                    text.push(u8::try_from(take(8)).unwrap());
                }
            }
            mode => panic!("mode {mode}"),
        }
    }
}
