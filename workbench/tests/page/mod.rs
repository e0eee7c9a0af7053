//! The pictures of a run and the page that shows it, made from files as runs leave them.

mod hostile;
mod index;
mod plots;
mod stored;
mod sweep;
mod verdicts;
