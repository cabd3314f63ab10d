//! The page: what people see of Argus in a browser. Two programs are made of it, the console and the office
//! ([`routes::Bundle`]); what neither names is in neither.
//!
//! It shows what the API says and sends what a person decides; it decides nothing itself. Roles only choose
//! which buttons are there, the API is what refuses. Text from Proxmox and from people goes into text nodes,
//! never into markup. Nothing but the looks (theme, line wrap) is kept in the browser, and for the time at a
//! sign-in provider the path to come back to.

pub mod api;
pub mod app;
pub mod components;
pub mod context;
pub mod erased;
pub mod format;
pub mod pages;
pub mod passkey;
pub mod routes;
