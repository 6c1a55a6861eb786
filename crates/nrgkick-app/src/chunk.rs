//! Marks a function as the content of a chunk: code that is fetched after the overview.
//!
//! `cargo xtask page` cuts the chunks (cargo features `split` and, for the page of `custom-api`,
//! `split-sources`); without the feature the same
//! functions are in the one module and always there. A module that uses the macro has to allow the
//! unsafe code that it writes with the feature.
//!
//! Not here: the chunks themselves ([`page::later`](crate::page::later), [`send`](crate::send),
//! [`poll`](crate::poll)).

/// Writes `$name`, whose body is in the chunk `$chunk`, and, where it is named, `$fetch`, which only
/// brings it there. After `in`: the cargo feature that cuts the chunk, `split` without it.
macro_rules! chunk {
    (
        in $feature:tt, $chunk:ident $(=> $fetch:ident)?,
        fn $name:ident($($argument:ident: $kind:ty),*) $body:block
    ) => {
        #[cfg_attr(feature = $feature, leptos::wasm_split::wasm_split(
            $chunk, wasm_split_path = ::leptos::wasm_split, fallible $(, preload($fetch))?
        ))]
        #[cfg(feature = $feature)]
        fn $name($($argument: $kind),*) -> Result<(), leptos::wasm_split::SplitLoaderError> {
            let () = $body;
            Ok(())
        }

        #[cfg(not(feature = $feature))]
        async fn $name($($argument: $kind),*) -> Result<(), leptos::wasm_split::SplitLoaderError> {
            let () = $body;
            Ok(())
        }

        $(
            #[cfg(not(feature = $feature))]
            async fn $fetch() -> Result<(), leptos::wasm_split::SplitLoaderError> {
                Ok(())
            }
        )?
    };
    (
        $chunk:ident $(=> $fetch:ident)?,
        fn $name:ident($($argument:ident: $kind:ty),*) $body:block
    ) => {
        $crate::chunk::chunk!(
            in "split", $chunk $(=> $fetch)?, fn $name($($argument: $kind),*) $body
        );
    };
}

pub(crate) use chunk;
