//! Starts the console bundle.

use argus_frontend::app::console::App;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(App);
}
