//! How text is shown to people: counted, wrapped, and never able to move the cursor.

pub mod counted;
pub mod escape;
pub mod lists;
pub mod wrap;
