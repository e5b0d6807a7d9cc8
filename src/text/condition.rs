//! Words about battery and clock, and about pictures that wait for their bundle.

use super::{Lang, Message};
use crate::domain::condition::{Battery, ClockDoubt};

/// What the header calls the battery, with how full it is.
pub fn battery(battery: Battery, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("电池 {} %", battery.percent),
        Lang::En => format!("Battery {} %", battery.percent),
    }
}

/// What the overview calls the supply.
pub const fn power(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "电源",
        Lang::En => "Power",
    }
}

/// Whether it runs out.
pub const fn supply(battery: Battery, lang: Lang) -> &'static str {
    match (battery.on_mains, lang) {
        (true, Lang::Zh) => "接着电源",
        (true, Lang::En) => "on the cable",
        (false, Lang::Zh) => "在用电池",
        (false, Lang::En) => "on the battery",
    }
}

/// It runs out soon.
pub fn battery_low(battery: Battery, lang: Lang) -> Message {
    let percent = battery.percent;
    match lang {
        Lang::Zh => Message::new(format!("电池只剩 {percent} %"), "现在插上电源，已存的照片都在"),
        Lang::En => {
            Message::new(format!("{percent} % of the battery is left"), "plug the cable in; what is stored is safe")
        }
    }
}

/// What the header calls the clock.
pub const fn clock(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "时钟",
        Lang::En => "Clock",
    }
}

/// Why the clock cannot be right, and what to do.
pub fn clock_doubt(doubt: ClockDoubt, shown: &str, lang: Lang) -> Message {
    let (zh, en) = match doubt {
        ClockDoubt::BeforeTheProgram => ("早得不可能", "which is before this program was made"),
        ClockDoubt::BeforeThePictures => ("比已存的照片还早", "which is before the newest pictures"),
    };
    match lang {
        Lang::Zh => {
            Message::new(format!("电脑的时钟是 {shown}，{zh}"), "请在系统里校准日期和时间，照片的时间和保留天数都看它")
        }
        Lang::En => Message::new(format!("the clock shows {shown}, {en}"), "set date and time in the system"),
    }
}

/// Pictures that no bundle holds yet, and since how many days the oldest of them waits.
pub fn unsealed(count: u32, days: u32, lang: Lang) -> String {
    match (days, lang) {
        (0, Lang::Zh) => format!("未封 {count} 张"),
        (0, Lang::En) => format!("{count} unsealed"),
        (_, Lang::Zh) => format!("未封 {count} 张 {days} 天"),
        (_, Lang::En) => format!("{count} unsealed, {days} d"),
    }
}
