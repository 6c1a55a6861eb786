//! The commands `backup` and `restore`.
//!
//! A running gateway has its file to itself, so a backup of it is asked for over HTTP
//! (`GET /record/backup`, for whoever may change and see everything). Of a gateway that is stopped,
//! the file itself is read.

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use charge_record::{Store, wall};
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method};
use http_service::secret::secret_file;
use http_service::{Target, program};
use tokio::runtime::Runtime;

/// Where the routes are.
pub(crate) const BACKUP_PATH: &str = "/record/backup";
/// Limit of the whole transfer.
const LIMIT: Duration = Duration::from_secs(300);
/// Bytes of a record at most.
pub(crate) const MOST: usize = 1 << 30;

/// What to write, and where it comes from.
#[derive(Clone, Debug, clap::Args)]
pub struct BackupArgs {
    /// The file to write; it must not be there yet
    pub file: PathBuf,

    /// The gateway that keeps the record
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub from: Target,

    /// File with one line, the token of that gateway
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// Read this file of a gateway that is stopped, and ask none
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "token_file"])]
    pub data: Option<PathBuf>,
}

/// What to restore, and where to.
#[derive(Clone, Debug, clap::Args)]
pub struct RestoreArgs {
    /// The backup
    pub file: PathBuf,

    /// The record of a gateway that is stopped. One that is there is kept under another name
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
}

/// Writes a backup. The exit code is 0 if it is whole.
pub(crate) fn backup(args: &BackupArgs) -> ExitCode {
    let written = read(args).and_then(|bytes| write_new(&args.file, &bytes));
    finish(written, &format!("wrote {}", args.file.display()))
}

/// Restores a backup.
pub(crate) fn restore(args: &RestoreArgs) -> ExitCode {
    match put_back(args) {
        Ok(Some(before)) => {
            finish(Ok(()), &format!("restored; what was there is now {}", before.display()))
        }
        Ok(None) => finish(Ok(()), "restored"),
        Err(error) => finish(Err(error), ""),
    }
}

fn finish(result: Result<(), Box<dyn Error>>, word: &str) -> ExitCode {
    match result {
        Ok(()) => program::print(&format!("{word}\n")),
        Err(error) => program::fail(&*error, 1),
    }
}

fn read(args: &BackupArgs) -> Result<Vec<u8>, Box<dyn Error>> {
    if let Some(data) = &args.data {
        if !data.exists() {
            return Err(format!("--data {}: there is no such file", data.display()).into());
        }
        // Held, so that no gateway writes it meanwhile, and known to be whole.
        let _store = whole(data)?;
        return Ok(fs::read(data)?);
    }
    let mut headers = Vec::new();
    if let Some(path) = &args.token_file {
        let token = format!("Bearer {}", secret_file(path)?);
        headers.push((AUTHORIZATION, HeaderValue::try_from(token)?));
    }
    let target = args.from.at(BACKUP_PATH)?;
    let asked = target.ask(Method::GET, &headers, Vec::new(), MOST, LIMIT);
    let (status, bytes) =
        Runtime::new()?.block_on(asked).map_err(|error| format!("the gateway: {error}"))?;
    if !status.is_success() {
        let said: String = String::from_utf8_lossy(&bytes).chars().take(300).collect();
        return Err(format!("the gateway answered {status}: {said}").into());
    }
    Ok(bytes.to_vec())
}

/// Writes a file that is there as a whole or not at all, and is a record.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    if path.exists() {
        return Err(format!("{} is there already: name another file", path.display()).into());
    }
    let part = beside(path, "part");
    let written = (|| -> Result<(), Box<dyn Error>> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(whole(&part)?);
        Ok(fs::rename(&part, path)?)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

/// Opens a record that must be there and whole.
fn whole(path: &Path) -> Result<Store, Box<dyn Error>> {
    let store = Store::open(path)?;
    match store.set_aside() {
        None => Ok(store),
        Some(aside) => {
            let aside = aside.to_owned();
            drop(store);
            fs::rename(&aside, path)?;
            Err(format!("{} is damaged", path.display()).into())
        }
    }
}

fn put_back(args: &RestoreArgs) -> Result<Option<PathBuf>, Box<dyn Error>> {
    let bytes =
        fs::read(&args.file).map_err(|error| format!("{}: {error}", args.file.display()))?;
    if bytes.is_empty() {
        return Err(format!("{} is empty", args.file.display()).into());
    }
    let part = beside(&args.data, "restoring");
    write_new(&part, &bytes)?;
    let mut before = None;
    if args.data.exists() {
        // A gateway that runs is told of here. A damaged one is kept, too.
        let held = whole(&args.data);
        if let Err(error) = &held
            && error.downcast_ref::<charge_record::OpenError>().is_some()
        {
            let _ = fs::remove_file(&part);
            return Err(error.to_string().into());
        }
        let stamp = wall::text(wall::of(SystemTime::now())).replace(['-', ':'], "");
        let name = beside(&args.data, &format!("before-{stamp}"));
        fs::rename(&args.data, &name)?;
        before = Some(name);
    }
    fs::rename(&part, &args.data)?;
    Ok(before)
}

fn beside(path: &Path, word: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{word}"));
    PathBuf::from(name)
}
