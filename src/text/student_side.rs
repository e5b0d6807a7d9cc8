//! Words about the student's side: the display, where the lens is at it, the student's own two keys.

use super::Lang;
use super::words::words;
use crate::domain::set_up::LensEdge;

words! {
    /// A fixed word about it.
    SideWord:
    Yes => "同学 确认照片", "Student: fine";
    Again => "同学 请再拍一张", "Student: once more";
    Display => "学生屏铺满哪块屏", "Display of the student screen";
    Window => "不铺满", "a window";
    LensIsAt => "镜头在学生屏的", "The lens is at its";
    Top => "上边", "top";
    Left => "左边", "left";
    Right => "右边", "right";
    Bottom => "下边", "bottom";
}

/// An edge of the student's display.
pub fn edge(edge: LensEdge, lang: Lang) -> &'static str {
    let word = match edge {
        LensEdge::Top => SideWord::Top,
        LensEdge::Left => SideWord::Left,
        LensEdge::Right => SideWord::Right,
        LensEdge::Bottom => SideWord::Bottom,
    };
    word.text(lang)
}

/// A display, counted from 1.
pub fn nth_display(display: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("第 {display} 块"),
        Lang::En => format!("no. {display}"),
    }
}
