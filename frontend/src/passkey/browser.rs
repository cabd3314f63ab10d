//! `navigator.credentials`, by way of the JSON forms of its options and answers: binary values stay in base64url,
//! so nothing is decoded here.

use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::prelude::window;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{Failure, obstacle};

const CLASS: &str = "PublicKeyCredential";
const READ_CREATION: &str = "parseCreationOptionsFromJSON";
const READ_REQUEST: &str = "parseRequestOptionsFromJSON";

/// Has the person make a passkey as `options` say.
pub async fn create(options: &Value) -> Result<Value, Failure> {
    perform(options, READ_CREATION, "create").await
}

/// Has the person use a passkey as `options` say.
pub async fn get(options: &Value) -> Result<Value, Failure> {
    perform(options, READ_REQUEST, "get").await
}

/// Whether this device can keep passkeys itself; `false` leaves phones and security keys.
pub async fn has_own_authenticator() -> bool {
    let asked = class()
        .and_then(|class| call0(&class, "isUserVerifyingPlatformAuthenticatorAvailable"))
        .and_then(JsCast::dyn_into::<Promise>);
    match asked {
        Ok(promise) => JsFuture::from(promise)
            .await
            .is_ok_and(|answer| answer.is_truthy()),
        Err(_) => false,
    }
}

/// Whether the browser has passkeys at all.
pub(super) fn has_passkeys() -> bool {
    class().is_ok_and(|class| class.is_function())
}

/// Whether it takes and gives them as JSON.
pub(super) fn reads_json() -> bool {
    class().is_ok_and(|class| {
        [READ_CREATION, READ_REQUEST]
            .into_iter()
            .all(|name| function(&class, name).is_ok())
    })
}

async fn perform(options: &Value, read: &str, act: &str) -> Result<Value, Failure> {
    if let Some(obstacle) = obstacle() {
        return Err(Failure::Unavailable(obstacle));
    }
    let public_key = options.get("publicKey").unwrap_or(options).to_string();
    let answer = ask(&public_key, read, act)
        .await
        .map_err(|error| thrown(&error))?;
    serde_json::from_str(&answer).map_err(|error| Failure::Browser(error.to_string()))
}

async fn ask(public_key: &str, read: &str, act: &str) -> Result<String, JsValue> {
    let public_key = call1(&class()?, read, &JSON::parse(public_key)?)?;
    let wish = Object::new();
    Reflect::set(&wish, &"publicKey".into(), &public_key)?;
    let container = field(&window().navigator(), "credentials")?;
    let asked: Promise = call1(&container, act, &wish)?.dyn_into()?;
    let credential = JsFuture::from(asked).await?;
    let answer = call0(&credential, "toJSON")?;
    Ok(JSON::stringify(&answer)?.into())
}

fn thrown(error: &JsValue) -> Failure {
    let text = |name| {
        field(error, name)
            .ok()
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    };
    Failure::thrown(&text("name"), &text("message"))
}

fn class() -> Result<JsValue, JsValue> {
    field(&window(), CLASS)
}

fn field(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &name.into())
}

fn function(of: &JsValue, name: &str) -> Result<Function, JsValue> {
    field(of, name)?.dyn_into()
}

fn call0(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    function(of, name)?.call0(of)
}

fn call1(of: &JsValue, name: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    function(of, name)?.call1(of, argument)
}
