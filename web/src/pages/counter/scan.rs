//! Reading codes with the camera: bar codes and QR codes where the browser has a BarcodeDetector; elsewhere the worker
//! reads the QR codes of members' cards. Without a camera the button is not there.

use std::time::Duration;

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use regulars_desk::protocol::{Ask, Reply};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaStream, MediaStreamConstraints,
    MediaStreamTrack,
};

use crate::client::Client;

use super::till::use_till;
use crate::shared::*;

const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Pixels in a row of a picture that the worker reads: plenty for a card held before the camera.
const PICTURE_WIDTH: u32 = 480;
/// Codes on member cards and on goods.
const FORMATS: [&str; 6] = ["qr_code", "ean_13", "ean_8", "code_128", "code_39", "upc_a"];

fn detector_class() -> Option<Function> {
    Reflect::get(&window(), &"BarcodeDetector".into()).ok()?.dyn_into().ok()
}

/// Whether this browser can.
pub fn can_scan() -> bool {
    window().navigator().media_devices().is_ok_and(|devices| !devices.is_undefined())
}

/// What reads the pictures.
enum Reader {
    Browser(JsValue),
    Worker(Client, CanvasRenderingContext2d),
}

impl Reader {
    fn new(client: Client) -> Option<Self> {
        if let Some(detector) = detector() {
            return Some(Self::Browser(detector));
        }
        let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
        let options = Object::new();
        Reflect::set(&options, &"willReadFrequently".into(), &JsValue::TRUE).ok()?;
        let context = canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()?;
        Some(Self::Worker(client, context))
    }

    async fn look(&self, video: &HtmlVideoElement) -> Option<String> {
        match self {
            Self::Browser(detector) => look(detector, video).await,
            Self::Worker(client, context) => {
                let rgba = picture(context, video)?;
                match client.ask(Ask::ReadCode { width: PICTURE_WIDTH, rgba }).await {
                    Reply::Code(text) => text.map(|text| text.to_string()),
                    _ => None,
                }
            }
        }
    }
}

/// What the camera sees now, as pixels.
fn picture(context: &CanvasRenderingContext2d, video: &HtmlVideoElement) -> Option<Vec<u8>> {
    let height = video.video_height().checked_mul(PICTURE_WIDTH)?.checked_div(video.video_width())?;
    let canvas = context.canvas()?;
    if canvas.height() != height || canvas.width() != PICTURE_WIDTH {
        canvas.set_width(PICTURE_WIDTH);
        canvas.set_height(height);
    }
    let (width, height) = (f64::from(PICTURE_WIDTH), f64::from(height));
    context.draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, width, height).ok()?;
    Some(context.get_image_data(0.0, 0.0, width, height).ok()?.data().0)
}

fn detector() -> Option<JsValue> {
    let options = Object::new();
    let formats: Array = FORMATS.iter().map(|format| JsValue::from_str(format)).collect();
    Reflect::set(&options, &"formats".into(), &formats).ok()?;
    Reflect::construct(&detector_class()?, &Array::of1(&options)).ok()
}

async fn camera() -> Result<MediaStream, JsValue> {
    let constraints = MediaStreamConstraints::new();
    let video = Object::new();
    Reflect::set(&video, &"facingMode".into(), &"environment".into())?;
    constraints.set_video(&video);
    let promise = window().navigator().media_devices()?.get_user_media_with_constraints(&constraints)?;
    JsFuture::from(promise).await?.dyn_into()
}

async fn look(detector: &JsValue, video: &HtmlVideoElement) -> Option<String> {
    let detect: Function = Reflect::get(detector, &"detect".into()).ok()?.dyn_into().ok()?;
    let promise: Promise = detect.call1(detector, video).ok()?.dyn_into().ok()?;
    let found: Array = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    Reflect::get(&found.get(0), &"rawValue".into()).ok()?.as_string().filter(|text| !text.is_empty())
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
            track.stop();
        }
    }
}

#[component]
pub fn ScanSheet(on_code: Callback<String>) -> impl IntoView {
    let till = use_till();
    view! {
        <Sheet open=till.scanning title=t("对准条码或会员二维码", "Hold a code before the camera") testid="scan-sheet">
            <Camera on_code=on_code />
        </Sheet>
    }
}

#[component]
fn Camera(on_code: Callback<String>) -> impl IntoView {
    let till = use_till();
    let video = NodeRef::<html::Video>::new();
    let refused = RwSignal::new(false);
    let stream = StoredValue::new_local(None::<MediaStream>);
    Effect::new(move |_| {
        let Some(video) = video.get() else { return };
        let Some(reader) = Reader::new(till.client) else { return };
        spawn_local(async move {
            let Ok(found) = camera().await else {
                refused.try_set(true);
                return;
            };
            // Closed while the browser asked for leave?
            if stream.try_set_value(Some(found.clone())).is_some() {
                stop(&found);
                return;
            }
            video.set_src_object(Some(&found));
            if let Ok(playing) = video.play() {
                let _ = JsFuture::from(playing).await;
            }
            while video.is_connected() {
                if let Some(text) = reader.look(&video).await {
                    till.scanning.set(false);
                    on_code.run(text);
                    break;
                }
                pause().await;
            }
        });
    });
    on_cleanup(move || {
        stream.with_value(|stream| {
            if let Some(stream) = stream {
                stop(stream);
            }
        });
    });
    view! {
        <video node_ref=video class="camera" playsinline=true muted=true></video>
        <Show when=move || refused.get()>
            <Notice
                bad=false
                title=t("没能打开摄像头", "The camera could not be opened")
                text=t("请在浏览器里允许使用摄像头，或用扫码枪、手工输入。", "Allow the camera in the browser, or use a scanner or the keyboard.")
            />
        </Show>
    }
}

async fn pause() {
    let (sender, receiver) = futures_channel::oneshot::channel::<()>();
    set_timeout(
        move || {
            let _ = sender.send(());
        },
        LOOK_EVERY,
    );
    let _ = receiver.await;
}
