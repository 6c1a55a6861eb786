//! A page held in memory: read once, so that no request reaches the file system.
//!
//! `tower_http`'s `ServeDir` with a custom backend was considered: it makes ETags from a file's
//! age and size, which are meaningless for embedded bytes and differ between two builds of the same
//! page. Conditional requests are parsed by the `headers` crate.

mod inline;
mod load;
mod serve;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use headers::ETag;
use http::header::IF_NONE_MATCH;
use http::{HeaderValue, Request};
use sha2::{Digest as _, Sha256};

pub(crate) use inline::Inline;
pub use load::BundleError;

/// The page's start file, served at `/`.
const INDEX: &str = "index.html";

/// Marks an answer with a page, or one that says that a page is still the same: a browser then takes
/// the headers for those of the page that it has kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page;

/// The files of one page; clones share them.
#[derive(Debug, Clone)]
pub struct Bundle(Arc<BTreeMap<String, File>>);

#[derive(Clone, Debug)]
struct File {
    /// Uncompressed; unpacked from `gzip` at the first use if not stored.
    plain: OnceLock<Variant>,
    brotli: Option<Variant>,
    gzip: Option<Variant>,
    content_type: HeaderValue,
    cache_control: HeaderValue,
}

/// One encoding of a file, with the ETag of exactly these bytes.
#[derive(Clone, Debug)]
struct Variant {
    bytes: Bytes,
    etag: ETag,
}

impl Bundle {
    /// Reads every file below `folder`; see [`BundleError`] for the limits. Names that begin with
    /// a dot, and links out of the folder or to other folders, are left out.
    ///
    /// # Errors
    /// Names the path and the limit, or explains how to build the page if it has no `index.html`.
    pub fn from_dir(folder: &Path) -> Result<Self, BundleError> {
        let files = load::read(folder)?;
        if !files.contains_key(INDEX) {
            return Err(BundleError::NoIndex { folder: folder.to_path_buf() });
        }
        Ok(Self::new(files, false))
    }

    /// Takes embedded files, as pairs of a path with `/` and its bytes. A `x.gz` without `x`
    /// provides `x`: the few clients that accept no compression get it unpacked.
    #[must_use]
    pub fn from_static(files: &'static [(&'static str, &'static [u8])]) -> Self {
        let owned =
            |&(name, bytes): &(&str, &'static [u8])| (name.to_owned(), Bytes::from_static(bytes));
        Self::new(files.iter().map(owned).collect(), true)
    }

    /// Answers a request of any method and path.
    #[must_use]
    pub fn answer<B>(&self, request: &Request<B>) -> Response<Body> {
        serve::answer(&self.0, request)
    }

    /// `true` if `request` is a GET of the page's document by a client that has no copy of it.
    #[must_use]
    pub fn is_asked_anew<B>(&self, request: &Request<B>) -> bool {
        serve::is_of_document(request) && !request.headers().contains_key(IF_NONE_MATCH)
    }

    /// Answers such a request with the page's document and `json` in it, as data in an element with the
    /// id `snapshot`, before its first script. Nobody keeps it. `None` if the document has no script.
    #[must_use]
    pub fn document_with<B>(&self, request: &Request<B>, json: &str) -> Option<Response<Body>> {
        serve::document_with(self.0.get(INDEX)?, request, json)
    }

    /// What is inline in the page's document.
    pub(crate) fn inline(&self) -> Inline {
        self.0.get(INDEX).map(|index| Inline::of(&index.plain().bytes)).unwrap_or_default()
    }

    fn new(mut all: BTreeMap<String, Bytes>, is_packed: bool) -> Self {
        let file_of = |name: &String| {
            let base = name.strip_suffix(".br").or_else(|| name.strip_suffix(".gz"));
            let is_file = |base: &&str| {
                all.contains_key(*base) || (is_packed && all.contains_key(&format!("{base}.gz")))
            };
            base.filter(is_file).unwrap_or(name).to_owned()
        };
        let names: BTreeSet<String> = all.keys().map(file_of).collect();
        let mut files = BTreeMap::new();
        for name in names {
            let brotli = all.remove(&format!("{name}.br")).map(Variant::new);
            let gzip = all.remove(&format!("{name}.gz")).map(Variant::new);
            let plain = all.remove(&name).map(Variant::new).map_or_else(OnceLock::new, Into::into);
            let content_type = content_type(&name);
            let cache_control = HeaderValue::from_static(cache_control(&name));
            files.insert(name, File { plain, brotli, gzip, content_type, cache_control });
        }
        Self(Arc::new(files))
    }
}

impl File {
    fn plain(&self) -> &Variant {
        self.plain.get_or_init(|| {
            let mut bytes = Vec::new();
            if let Some(gzip) = &self.gzip {
                // These bytes are embedded, not from outside.
                let _ = flate2::read::GzDecoder::new(&gzip.bytes[..]).read_to_end(&mut bytes);
            }
            Variant::new(bytes.into())
        })
    }
}

impl Variant {
    fn new(bytes: Bytes) -> Self {
        let digest = Sha256::digest(&bytes);
        let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let etag = format!("\"{hex}\"").parse().expect("hexadecimal digits make an ETag");
        Self { bytes, etag }
    }
}

fn content_type(name: &str) -> HeaderValue {
    let guess = mime_guess::from_path(name).first_or_octet_stream();
    let text = match (guess.type_().as_str(), guess.get_param("charset")) {
        ("text", None) => format!("{guess}; charset=utf-8"),
        _ => guess.to_string(),
    };
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// Returns `immutable` for names with trunk's hash of the content (`app-0123456789abcdef.js`,
/// `app-0123456789abcdef_bg.wasm`), otherwise `no-cache`.
fn cache_control(name: &str) -> &'static str {
    let file = name.rsplit('/').next().unwrap_or(name);
    let is_hashed = file.split('-').skip(1).any(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        digits == 16 && matches!(part.as_bytes().get(16), Some(b'.' | b'_'))
    });
    if is_hashed { "public, max-age=31536000, immutable" } else { "no-cache" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_made_of_the_content_are_kept_for_ever() {
        for name in ["app-0123456789abcdef.js", "a/my-app-0123456789abcdef_bg.wasm"] {
            assert!(cache_control(name).contains("immutable"), "{name}");
        }
        for name in [
            "index.html",
            "boot.js",
            "app-0123456789abcde.js",
            "app-0123456789abcdef0.js",
            "app-0123456789abcdeg.js",
            "x-0123456789abcdef/inline0.js",
            "0123456789abcdef.js",
        ] {
            assert_eq!(cache_control(name), "no-cache", "{name}");
        }
    }

    #[test]
    fn types_are_what_browsers_insist_on() {
        assert_eq!(content_type("a_bg.wasm"), "application/wasm");
        assert_eq!(content_type("index.html"), "text/html; charset=utf-8");
        assert_eq!(content_type("a.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("a.css"), "text/css; charset=utf-8");
        assert_eq!(content_type("a.svg"), "image/svg+xml");
        assert_eq!(content_type("LICENSE"), "application/octet-stream");
    }
}
