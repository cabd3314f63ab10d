//! Starts the account bundle.

use argus_frontend::app::account::App;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(App);
}
