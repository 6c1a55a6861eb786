//! The folders of a container and of a Home Assistant add-on, each with what it needs inside.

use super::{copy, copy_all};
use crate::{
    error::{Error, Result},
    target::Target,
    workspace,
};
use serde_json::Value;
use std::{fs, path::Path};

/// The add-on's folder, in `deploy` and in the release.
const ADD_ON: &str = "home-assistant";

/// Writes both; the programs of a machine that is in neither are left out.
pub(super) fn write(target: &Target, folder: &Path) -> Result<()> {
    let Some(machine) = target.container_name().filter(|_| target.is_linux()) else {
        println!("skipped: container and add-on, which are not for {}", target.triple);
        return Ok(());
    };
    let deploy = workspace::root().join("deploy");
    let container = folder.join("container");
    copy_all(&deploy.join("container"), &container)?;
    for program in ["cors-proxy", "modbus-proxy", "custom-api"] {
        copy(&folder.join(program), &container.join(program))?;
    }
    let add_on = folder.join(ADD_ON);
    copy_all(&deploy.join(ADD_ON), &add_on)?;
    let own = add_on.join("nrgkick_web");
    let programs = own.join("bin");
    fs::create_dir_all(&programs).map_err(Error::file("create", &programs))?;
    copy(&folder.join("cors-proxy"), &programs.join(format!("cors-proxy-{machine}")))?;
    only_what_is_there(&own)?;
    println!("{}\n{}", container.display(), add_on.display());
    Ok(())
}

/// Names only machines in the add-on's settings whose program is in its folder.
fn only_what_is_there(add_on: &Path) -> Result<()> {
    let path = add_on.join("config.json");
    let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    let mut config: Value = serde_json::from_str(&text)
        .map_err(|error| Error::Other(format!("{}: {error}", path.display())))?;
    if let Some(machines) = config.get_mut("arch").and_then(Value::as_array_mut) {
        machines.retain(|machine| {
            let name = format!("cors-proxy-{}", machine.as_str().unwrap_or_default());
            add_on.join("bin").join(name).is_file()
        });
    }
    let text = format!("{config:#}\n");
    fs::write(&path, text).map_err(Error::file("write", &path))
}
