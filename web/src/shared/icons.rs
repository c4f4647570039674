//! Icons: lines of 1.75 px on 24, drawn here so that nothing is downloaded.

use leptos::prelude::*;

/// A picture by what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "a set that pages draw from")]
pub enum Icon {
    Counter,
    Members,
    Today,
    Staff,
    Programs,
    Data,
    Search,
    Scan,
    Plus,
    Minus,
    Close,
    Check,
    Back,
    Next,
    Up,
    Down,
    More,
    Person,
    Phone,
    Card,
    Gift,
    Voucher,
    Wallet,
    Star,
    Receipt,
    Return,
    Print,
    Undo,
    Edit,
    Trash,
    Download,
    Upload,
    Warning,
    Info,
    Offline,
    Online,
    Calendar,
    Settings,
    Sun,
    Moon,
    Shop,
    Note,
    Tag,
    Link,
    Clock,
    Shield,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Counter => {
                "M4 9h16l-1.2 9.2a2 2 0 0 1-2 1.8H7.200a2 2 0 0 1-2-1.800zM8.5 9l2-5M15.5 9l-2-5M9.5 13v3.500M14.5 13v3.5"
            }
            Self::Members => {
                "M9 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.8 20c.4-3.6 2.9-5.5 6.2-5.500s5.8 1.9 6.2 5.500M16 4.900a3.4 3.4 0 0 1 0 6.200M18 15c2 .8 3 2.6 3.2 5"
            }
            Self::Today => "M4 20V4M4 20h16M8.5 16v-4M12.5 16V8M16.5 16v-6",
            Self::Staff => {
                "M5 6.500h14V20.500H5zM10 6.500V3.500h4v3M12 14.200a2.3 2.3 0 1 0 0-4.600 2.3 2.3 0 0 0 0 4.600M8.300 18c.5-1.700 1.900-2.500 3.700-2.500s3.200.8 3.700 2.500"
            }
            Self::Programs => "M6 3.500h8.500L19 8v12.500H6zM14 3.500V8.500h5M9.5 13h6M9.5 16.500h4",
            Self::Data => {
                "M12 4c4.4 0 7.5 1.2 7.5 3S16.4 10 12 10 4.5 8.8 4.5 7 7.6 4 12 4M4.5 7v10c0 1.8 3.1 3 7.5 3s7.5-1.2 7.5-3V7M4.5 12c0 1.8 3.1 3 7.5 3s7.5-1.2 7.5-3"
            }
            Self::Search => "M10.8 17.300a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.6 15.6 20 20",
            Self::Scan => "M4 8V4.500h3.500M16.5 4.500H20V8M20 16v3.500h-3.500M7.5 19.500H4V16M8 9v6M12 9v6M16 9v6",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Minus => "M5 12h14",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Check => "M5 12.5 10 17.5 19.5 7",
            Self::Back => "M14.5 5 7.5 12l7 7",
            Self::Next => "M9.5 5l7 7-7 7",
            Self::Up => "M5 14.500l7-7 7 7",
            Self::Down => "M5 9.500l7 7 7-7",
            Self::More => "M5.5 12h.01M12 12h.01M18.5 12h.01",
            Self::Person => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.500c.5-4 3.4-6 7.5-6s7 2 7.5 6",
            Self::Phone => "M7 3h10v18H7zM11 18h2",
            Self::Card => "M3.5 6h17v12.500h-17zM3.5 10h17M7 15h4",
            Self::Gift => {
                "M4.5 11v9h15v-9M3 7.500h18V11H3zM12 7.500V20M12 7.500C9 7.5 7.5 6.5 7.5 5c0-2 3-2.5 4.5 2.500C13.5 2.5 16.5 3 16.5 5c0 1.5-1.5 2.5-4.5 2.5"
            }
            Self::Voucher => "M3.5 6h17v4a2 2 0 0 0 0 4v4h-17v-4a2 2 0 0 0 0-4zM14.5 6v12",
            Self::Wallet => "M4 7.5 16.5 4v3.500M4 7.500h16V20H4zM16 13.700h.01",
            Self::Star => "M12 4l2.5 5.2 5.5.8-4 4 1 5.7-5-2.7-5 2.7 1-5.7-4-4 5.5-.8z",
            Self::Receipt => "M6 3.500h12v17l-2.4-1.6-1.8 1.6-1.8-1.6-1.8 1.6-1.8-1.600L6 20.500zM9.5 8h5M9.5 11.500h5",
            Self::Return => "M9 6 4.5 10.5 9 15M4.5 10.500H15a5 5 0 0 1 0 9.500h-3",
            Self::Print => "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
            Self::Undo => "M8 5 4 9l4 4M4 9h10.500a5.5 5.5 0 0 1 0 11H9",
            Self::Edit => "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
            Self::Trash => "M4.5 7h15M9.5 7V4h5v3M6.5 7l1 13h9l1-13M10 11v5.500M14 11v5.5",
            Self::Download => "M12 4v11M7.5 10.5 12 15l4.5-4.500M4.5 20h15",
            Self::Upload => "M12 15V4M7.5 8.5 12 4l4.5 4.500M4.5 20h15",
            Self::Warning => "M12 4 2.8 20h18.400zM12 10v4.500M12 17.200h.01",
            Self::Info => "M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M12 11v5.500M12 8h.01",
            Self::Offline => {
                "M4 4l16 16M8.5 15.500a5 5 0 0 1 5.5-1M5.5 12.300a9 9 0 0 1 4-2.300M14 10c1.7.4 3.2 1.2 4.5 2.300M12 19h.01"
            }
            Self::Online => {
                "M8.5 15.500a5 5 0 0 1 7 0M5.5 12.300a9.3 9.3 0 0 1 13 0M2.5 9a13.6 13.6 0 0 1 19 0M12 19h.01"
            }
            Self::Calendar => "M4 6h16v14H4zM4 10.500h16M8.5 3.500V8M15.5 3.500V8",
            Self::Settings => {
                "M4 7h9M17 7h3M15 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4M4 17h3M11 17h9M9 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4"
            }
            Self::Sun => {
                "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 2.500v2M12 19.500v2M4.5 12h-2M21.5 12h-2M6.7 6.7 5.3 5.300M18.7 18.700l-1.4-1.400M6.7 17.300l-1.4 1.400M18.7 5.300l-1.4 1.4"
            }
            Self::Moon => "M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10",
            Self::Shop => {
                "M4.5 10v10h15V10M3 9.5 5 4h14l2 5.500c0 3-4.5 3-4.5 0 0 3-4.5 3-4.5 0 0 3-4.5 3-4.5 0 0 3-4.5 3-4.5 0M10 20v-5h4v5"
            }
            Self::Note => "M5 4h14v10.500L14.5 20H5zM19 14.500h-4.500V20M8.5 8.500h7M8.5 12h4",
            Self::Tag => "M4 4h7.500L20 12.5 12.5 20 4 11.500zM8 8h.01",
            Self::Link => "M13 5h6v6M19 5l-9 9M17 14v5H5V7h5",
            Self::Clock => "M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M12 7v5.500l3.5 2",
            Self::Shield => "M12 3.5 5 6v5.500c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6zM9 12l2.2 2.200L15.2 10",
        }
    }
}

/// Draws an icon. It says nothing to a screen reader: the words beside it do.
#[component]
pub fn Picture(icon: Icon, #[prop(default = 20)] size: u16) -> impl IntoView {
    view! {
        <svg class="icon" width=size height=size viewBox="0 0 24 24" fill="none" stroke="currentColor"
            stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
}
