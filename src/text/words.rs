//! The one way in which a family of fixed words is written down: a name, Chinese, English.

/// Makes an enum of words with `ALL` and `text`; the attributes stand before its name.
macro_rules! words {
    ($(#[$about:meta])* $family:ident: $($name:ident => $zh:literal, $en:literal;)+) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $family { $($name),+ }

        impl $family {
            /// Every word, for the test that draws them all.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            pub const fn text(self, lang: $crate::text::Lang) -> &'static str {
                match lang {
                    $crate::text::Lang::Zh => match self { $(Self::$name => $zh),+ },
                    $crate::text::Lang::En => match self { $(Self::$name => $en),+ },
                }
            }
        }
    };
}

pub(super) use words;
