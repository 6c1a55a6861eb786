//! Marks a function as the content of a chunk: code that is fetched after the overview.
//!
//! `cargo xtask page` cuts the chunks (cargo feature `split`); without the feature the same
//! functions are in the one module and always there. A module that uses the macro has to allow the
//! unsafe code that it writes with the feature.
//!
//! Not here: the chunks themselves ([`page::later`](crate::page::later), [`send`](crate::send),
//! [`poll`](crate::poll)).

/// Writes `$name`, whose body is in the chunk `$chunk`, and, where it is named, `$fetch`, which only
/// brings it there.
macro_rules! chunk {
    (
        $chunk:ident $(=> $fetch:ident)?,
        fn $name:ident($($argument:ident: $kind:ty),*) $body:block
    ) => {
        #[cfg_attr(feature = "split", leptos::wasm_split::wasm_split(
            $chunk, wasm_split_path = ::leptos::wasm_split, fallible $(, preload($fetch))?
        ))]
        #[cfg(feature = "split")]
        fn $name($($argument: $kind),*) -> Result<(), leptos::wasm_split::SplitLoaderError> {
            let () = $body;
            Ok(())
        }

        #[cfg(not(feature = "split"))]
        async fn $name($($argument: $kind),*) -> Result<(), leptos::wasm_split::SplitLoaderError> {
            let () = $body;
            Ok(())
        }

        $(
            #[cfg(not(feature = "split"))]
            async fn $fetch() -> Result<(), leptos::wasm_split::SplitLoaderError> {
                Ok(())
            }
        )?
    };
}

pub(crate) use chunk;
