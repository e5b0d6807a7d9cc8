//! Words about purging: what a certificate says, and what it does not promise.

use super::Lang;

/// What was done.
pub const fn statement(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => {
            "上列记录的照片、原图、采集码和见证图已从本机和备份盘删除，数据库已清理并收缩，只留下编号、时间和哈希"
        }
        Lang::En => {
            "photo, original, code and witness of these records were removed from this station and its second disk, \
             and the database was wiped and compacted; numbers, times and hashes stay"
        }
    }
}

/// What nobody can promise.
pub const fn not_promised(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "已交出的封包、备份和另存的旧数据库仍可能含有这些记录；闪存盘可能在看不到的单元里留有旧的加密数据",
        Lang::En => {
            "bundles, backups and databases set aside may still hold these records; flash memory may keep old \
             encrypted data in cells that nothing can reach"
        }
    }
}

/// Before anything is removed.
pub fn due(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{count} 条记录的保存期已满，加 --remove 清除"),
        Lang::En => format!("{count} records are due; add --remove to purge them"),
    }
}

/// The clock went a step that may be a weekend or a fault.
pub fn clock_step(from: &str, to: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("时钟从 {from} 一步跳到 {to}，请确认这段时间确实停用，再加 --clock-is-right 今天的日期"),
        Lang::En => {
            format!(
                "the clock went from {from} to {to} in one step: if that is right, add --clock-is-right and today's date"
            )
        }
    }
}
