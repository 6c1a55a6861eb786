//! Flags with a value per charger: `NAME=VALUE`, or `VALUE` if there is only one charger.
//!
//! A password is sent to the named charger and to no other.

use std::collections::BTreeMap;

/// A flag's value that cannot be assigned to a charger. Never contains a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PerChargerError {
    /// A value without a name although there are several chargers.
    #[error(
        "{flag}: there are several chargers, and each has a user and a password of its own: \
         repeat the flag as {flag} {example}={value}"
    )]
    Bare {
        /// The flag.
        flag: &'static str,
        /// The name of a charger.
        example: String,
        /// The placeholder of the value, such as `USER`.
        value: &'static str,
    },
    /// Two values for one charger.
    #[error("{flag} is there twice for the charger {name}")]
    Twice {
        /// The flag.
        flag: &'static str,
        /// The charger's name.
        name: String,
    },
    /// One of the two flags is missing.
    #[error("the charger {name} has {given} but no {missing}: add {missing} {name}=…")]
    Alone {
        /// The charger's name.
        name: String,
        /// The given flag.
        given: &'static str,
        /// The missing flag.
        missing: &'static str,
    },
}

/// Assigns each of `values` to its charger in `names`. With one charger, a value that does not
/// begin with its name is taken whole, with any `=`.
///
/// # Errors
/// Names the flag and shows its form.
pub(crate) fn by_charger<'a>(
    flag: &'static str,
    value: &'static str,
    names: &[&str],
    values: &'a [String],
) -> Result<BTreeMap<String, &'a str>, PerChargerError> {
    let mut found = BTreeMap::new();
    for text in values {
        let named = text.split_once('=').filter(|(name, _)| names.contains(name));
        let (name, rest) = match (named, names) {
            (Some(named), _) => named,
            (None, [only]) => (*only, text.as_str()),
            (None, _) => {
                let example = names.first().copied().unwrap_or_default().to_owned();
                return Err(PerChargerError::Bare { flag, example, value });
            }
        };
        if found.insert(name.to_owned(), rest).is_some() {
            return Err(PerChargerError::Twice { flag, name: name.to_owned() });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(names: &[&str], values: &[&str]) -> Result<Vec<(String, String)>, String> {
        let values: Vec<_> = values.iter().map(|text| (*text).to_owned()).collect();
        by_charger("--username", "USER", names, &values)
            .map(|found| found.into_iter().map(|(name, v)| (name, v.to_owned())).collect())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn each_value_goes_to_its_charger_and_to_no_other() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(given(&["charger"], &["anna"]).unwrap(), [pair("charger", "anna")]);
        assert_eq!(given(&["charger"], &["a=b"]).unwrap(), [pair("charger", "a=b")]);
        assert_eq!(given(&["a"], &["a=b=c"]).unwrap(), [pair("a", "b=c")]);
        let two = given(&["a", "b"], &["b=bea", "a=anna"]).unwrap();
        assert_eq!(two, [pair("a", "anna"), pair("b", "bea")]);
        assert_eq!(given(&["a", "b"], &["b=bea"]).unwrap(), [pair("b", "bea")]);
    }

    #[test]
    fn a_bare_value_among_several_is_refused_and_shows_the_form() {
        for values in [&["anna"][..], &["a=anna", "bea"], &["c=anna"]] {
            let error = given(&["a", "b"], values).unwrap_err();
            assert!(error.contains("--username a=USER"), "{error}");
        }
        let error = given(&["a", "b"], &["a=x", "a=y"]).unwrap_err();
        assert!(error.contains("twice for the charger a"), "{error}");
    }
}
