use super::*;

fn names(folder: &Path) -> Vec<String> {
    let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

#[test]
fn what_was_there_is_kept_and_no_litter_stays() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pv.toml");
    assert_eq!(read(&file).unwrap().text, "");
    let first = write(&file, "a").unwrap();
    assert_eq!(first.backup, None);
    let second = write(&file, "b").unwrap();
    let backup = second.backup.unwrap();
    assert_eq!(
        (backup.as_path(), fs::read_to_string(&backup).unwrap()),
        (folder.path().canonicalize().unwrap().join("pv.toml.bak").as_path(), "a".to_owned())
    );
    assert_eq!(read(&file).unwrap(), OnDisk { text: "b".to_owned(), revision: second.revision });
    assert_ne!(first.revision, read(&file).unwrap().revision);
    write(&file, "c").unwrap();
    assert_eq!(fs::read_to_string(backup).unwrap(), "b");
    assert_eq!(names(folder.path()), ["pv.toml", "pv.toml.bak"]);
}

#[cfg(unix)]
#[test]
fn rights_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("real.toml"), folder.path().join("pv.toml"));
    fs::write(&file, "a").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&file, &link).unwrap();
    write(&link, "b").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&file).unwrap(), "b");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn what_cannot_be_written_is_named_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pv.toml");
    fs::write(&file, "a").unwrap();
    for name in ["pv.toml.new", "pv.toml.bak", "pv.toml.old"] {
        let way = folder.path().join(name);
        fs::create_dir_all(way.join("full")).unwrap();
        let error = write(&file, "b").unwrap_err().to_string();
        assert!(error.contains("pv.toml."), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "a", "{name}");
        assert_eq!(names(folder.path()), ["pv.toml".to_owned(), name.to_owned()], "{name}");
        fs::remove_dir_all(way).unwrap();
    }
    let mut rights = fs::metadata(&file).unwrap().permissions();
    rights.set_readonly(true);
    fs::set_permissions(&file, rights).unwrap();
    assert!(read_only(&file).unwrap().contains("read-only"));
    assert!(matches!(write(&file, "b"), Err(DiskError::ReadOnly(_))));
    let nowhere = folder.path().join("none/pv.toml");
    assert!(write(&nowhere, "b").unwrap_err().to_string().contains("none/pv.toml.new"));
}
