//! The browser around the desk.

use js_sys::{Array, Promise, Uint8Array};
use regulars_desk::desk::Host;
use regulars_store::{Channel, Persistence, Position, Writer, persist};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, TextDecoder};

/// Tabs, storage and text as the browser has them.
pub struct Browser {
    /// Absent where the browser has none: then there is but one tab, as far as anyone can tell.
    channel: Option<Channel>,
    writer: Option<Writer>,
}

impl Browser {
    /// Joins the tabs of the shop. `heard`: another tab wrote; `granted`: this tab may write from now on.
    pub fn join(name: &str, heard: impl FnMut(Position) + 'static, granted: impl FnOnce() + 'static) -> Self {
        let channel = Channel::open(name).ok();
        if let Some(channel) = &channel {
            channel.listen(heard);
        }
        let writer = Writer::request(name, |answer| {
            if answer.is_ok() {
                granted();
            }
        });
        Self { channel, writer: writer.ok() }
    }
}

impl Host for Browser {
    async fn breathe(&self) {
        // A message to ourselves comes after those that wait already; a timer would be slowed down.
        let Ok(channel) = MessageChannel::new() else { return };
        let turn = Promise::new(&mut |resolve, _| channel.port1().set_onmessage(Some(&resolve)));
        if channel.port2().post_message(&JsValue::NULL).is_ok() {
            // A message to oneself arrives; there is nothing to do if it does not.
            let _ = JsFuture::from(turn).await;
        }
        channel.port1().close();
    }

    async fn persist(&self) -> Option<bool> {
        match persist().await {
            Persistence::Granted => Some(true),
            Persistence::NotGranted => Some(false),
            Persistence::AskInPage | Persistence::Unknown => None,
        }
    }

    fn announce(&self, position: Position) {
        if let Some(channel) = &self.channel {
            // Others then see it when they write or are opened.
            let _ = channel.announce(position);
        }
    }

    fn is_writer(&self) -> bool {
        self.writer.as_ref().is_none_or(Writer::is_held)
    }

    fn decode(&self, encoding: &str, bytes: &[u8]) -> Option<String> {
        let decoder = TextDecoder::new_with_label(encoding).ok()?;
        decoder.decode_with_buffer_source(&Uint8Array::from(bytes)).ok()
    }
}

/// The buffers to hand over with a message, instead of copying them.
pub fn transfer(bytes: &Uint8Array) -> Array {
    Array::of1(&bytes.buffer())
}
