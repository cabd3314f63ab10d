//! The API process: REST, WebSocket, sign-in, services; where everything is put together.
