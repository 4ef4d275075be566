#![doc = include_str!("../README.md")]

mod write;

pub use write::{FileReport, FileState, Terms, WriteFilesError, replace_files, write_files};
