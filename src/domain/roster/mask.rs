//! What is shown of a person: enough to say "that is me", too little to copy a list from a screen.

/// 张*三 for 张小三, 张* for 张三, 欧**娜 for 欧阳娜娜; the first letter and stars for others.
pub fn masked_name(name: &str) -> String {
    let chars: Vec<char> = name.trim().chars().collect();
    match chars.as_slice() {
        [] => String::new(),
        [one] => String::from(*one),
        [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len().min(4))),
    }
}

/// The last four characters of a 学号, the last two of a short one.
pub fn masked_number(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    let shown = if chars.len() > 5 { 4 } else { 2.min(chars.len()) };
    format!("…{}", chars[chars.len() - shown..].iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_masked() {
        let masked = ["张三", "张小三", "欧阳娜娜", " 王 ", "", "阿卜杜拉·买买提"].map(masked_name);
        assert_eq!(masked, ["张*", "张*三", "欧**娜", "王", "", "阿****提"]);
        assert_eq!(["2022010137", "12345", "1", ""].map(masked_number), ["…0137", "…45", "…1", "…"]);
    }
}
