//! Single sign-on: the code flow of OpenID Connect against configured providers.
