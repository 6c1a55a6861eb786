//! `SHA256SUMS`, as `sha256sum --check` reads it.

use crate::{
    error::{Error, Result},
    page::files_under,
};
use sha2::{Digest as _, Sha256};
use std::{fmt::Write as _, fs, path::Path};

const NAME: &str = "SHA256SUMS";

/// Writes the sums of all files in `folder`.
pub(super) fn write(folder: &Path) -> Result<()> {
    let mut text = String::new();
    for path in files_under(folder)? {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        if name == NAME {
            continue;
        }
        let bytes = fs::read(&path).map_err(Error::file("read", &path))?;
        for byte in Sha256::digest(&bytes) {
            // Writing into a text cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        let _ = writeln!(text, "  {name}");
    }
    let path = folder.join(NAME);
    fs::write(&path, text).map_err(Error::file("write", &path))?;
    println!("{}", path.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_that_of_the_standard_and_the_list_is_not_in_itself() {
        let folder = std::env::temp_dir().join(format!("xtask-{}-sums", std::process::id()));
        fs::create_dir_all(folder.join("below")).unwrap();
        fs::write(folder.join("below/abc"), "abc").unwrap();
        write(&folder).unwrap();
        write(&folder).unwrap();
        let text = fs::read_to_string(folder.join(NAME)).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        // FIPS 180-4, example of one block.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(text, format!("{abc}  below/abc\n"));
    }
}
