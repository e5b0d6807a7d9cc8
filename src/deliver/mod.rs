//! What goes out of the desk on paper: so far the poster for the queue.

pub mod poster;
