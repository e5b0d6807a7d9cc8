//! What goes out of the desk on paper: so far the poster for the queue, with the drawn examples that the student's
//! screen shows, too.

pub mod examples;
pub mod poster;
