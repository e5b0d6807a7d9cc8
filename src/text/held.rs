//! What a camera holds still, in words.

use super::{Lang, Message};
use crate::domain::camera_controls::{CameraControls, Held};

/// The row's name.
pub const fn label(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "固定的参数",
        Lang::En => "Held still",
    }
}

const fn held(held: Held, lang: Lang) -> &'static str {
    let (zh, en) = match held {
        Held::NotOffered => ("相机不提供", "not offered"),
        Held::Automatic => ("自动", "automatic"),
        Held::Locked => ("已锁定", "locked"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// It was held and is no longer.
pub fn let_go(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("光线或对焦没有固定", "打开准备场次第 3 步，请一个人在好光里坐两秒"),
        Lang::En => Message::new("light or focus is no longer held", "prepare the session, step 3: sit in good light"),
    }
}

/// The picture changed when it was held.
pub fn left_automatic(lang: Lang) -> Message {
    match lang {
        Lang::Zh => {
            Message::new("这台相机一固定光线和对焦，画面就变了，已交还相机自动", "灯光别再动，留意每张的亮度和颜色")
        }
        Lang::En => Message::new(
            "this camera's picture changes when light and focus are held: left automatic",
            "leave the lamps alone and watch brightness and colour",
        ),
    }
}

/// All of them in one line, and once what it means when there are none.
pub fn controls(controls: CameraControls, lang: Lang) -> String {
    let CameraControls { mains_50_hz, exposure, white_balance, focus } = controls;
    if controls == CameraControls::default() {
        return match lang {
            Lang::Zh => String::from("这台相机不让程序固定曝光和白平衡，灯光别再动"),
            Lang::En => String::from("this camera lets nothing be held: leave the lamps alone"),
        };
    }
    let [mains, exposure, white] = [mains_50_hz, exposure, white_balance].map(|one| held(one, lang));
    let light = match lang {
        Lang::Zh => format!("50 Hz {mains}  曝光 {exposure}  白平衡 {white}"),
        Lang::En => format!("50 Hz {mains}, exposure {exposure}, white balance {white}"),
    };
    // A fixed lens needs no word.
    match (focus, lang) {
        (Held::NotOffered, _) => light,
        (focus, Lang::Zh) => format!("{light}  对焦 {}", held(focus, lang)),
        (focus, Lang::En) => format!("{light}, focus {}", held(focus, lang)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_offered_is_said_once() {
        assert!(controls(CameraControls::default(), Lang::Zh).contains("不让程序固定"));
        let some = CameraControls { exposure: Held::Locked, ..CameraControls::default() };
        assert_eq!(controls(some, Lang::Zh), "50 Hz 相机不提供  曝光 已锁定  白平衡 相机不提供");
        let lens = CameraControls { focus: Held::Automatic, ..some };
        assert_eq!(controls(lens, Lang::Zh), "50 Hz 相机不提供  曝光 已锁定  白平衡 相机不提供  对焦 自动");
    }
}
