"""The factors by which staff prove who they are beside a password: passkeys, an authenticator app, recovery codes."""
