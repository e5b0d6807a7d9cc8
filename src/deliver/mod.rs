//! What goes out of the desk on paper: the poster for the queue, with the drawn examples that the student's screen
//! shows, too; the slips of a scan desk.

pub mod examples;
pub mod poster;
pub mod slip;

/// What is typed by people must not become a part of a page's structure.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}
