// Chromium's virtual authenticator: a device that keeps passkeys, and whose contents a test reads and changes.

/** Gives a window's browser a device of its own. It keeps passkeys and checks its user, unless told otherwise. */
export async function authenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const send = (command, options = {}) => devtools.send(`WebAuthn.${command}`, { authenticatorId, ...options });
  return {
    /** Its one passkey, private key and counter included. */
    async passkey() {
      const { credentials } = await send("getCredentials");
      if (credentials.length !== 1) throw new Error(`the authenticator holds ${credentials.length} passkeys`);
      return credentials[0];
    },
    /** Replaces it, as somebody does who put a copy of it on another device. */
    async replace(passkey) {
      await send("removeCredential", { credentialId: passkey.credentialId });
      await send("addCredential", { credential: passkey });
    },
    /** Whether it finds from now on that it is in its user's hands. */
    async verifiesUser(isUserVerified) {
      await send("setUserVerified", { isUserVerified });
    },
  };
}
