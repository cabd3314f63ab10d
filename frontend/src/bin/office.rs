//! Starts the office bundle.

use argus_frontend::app::office::App;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(App);
}
