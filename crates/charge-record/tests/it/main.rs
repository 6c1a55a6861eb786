//! The record from outside: looks in, charges out, and the file under every kind of misfortune.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says what is wrong")]

mod book;
mod day;
mod disk;
mod file;
mod kill;
mod support;
mod year;
