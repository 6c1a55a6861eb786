//! The paths of the values that the markup shows before the program does.

use nrgkick_model::field::FIELDS;

use crate::error::{Result, other};

/// The attribute that names a value, by its name in the model's table.
const FIELD: &str = " data-early=";

/// Writes into `html` the path of each value in place of its name.
pub(super) fn write_into(html: &str) -> Result<String> {
    let mut parts = html.split(FIELD);
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let part = part.strip_prefix('"').unwrap_or(part);
        let end = part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        let Some(field) = FIELDS.iter().find(|field| format!("{:?}", field.id) == name) else {
            return other(format!("the markup names the value {name}, which there is not"));
        };
        let rest = rest.strip_prefix('"').unwrap_or(rest);
        written.push_str(&format!("{FIELD}\"{}\"{rest}", field.path));
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_paths_with_quotes_and_without() {
        let wanted = r#"<b data-early="values.powerflow.total_active_power" class=x>"#;
        for html in
            [r#"<b data-early="ActivePower" class=x>"#, "<b data-early=ActivePower class=x>"]
        {
            assert_eq!(write_into(html).unwrap(), wanted);
        }
        assert!(write_into("<b data-early=Nothing>").is_err());
    }
}
