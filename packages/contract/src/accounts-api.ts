// Logins, the signed-in person, their sessions, and the people of a workspace: part of app-api.ts, under its rules.

import type { Done, Moment } from './app-values.ts'

// Setting up a login with a one-time link ----------------------------------------------------------------------------
// The link is <public url>/setup#<token>. The token stays in the fragment: send it in bodies only, and clear the fragment
// (history.replaceState) once it is read.

/** POST /api/app/setup/check */
export type SetupCheckRequest = { token: string }
/** Whom the link is for. It is not used up by asking. */
export type SetupCheck = {
  user: { name: string; email: string | null; role: Role }
  /** What can be chosen here, the best first. 'passkey' is missing where the page has no https and no localhost name. */
  methods: SetupMethod[]
  expires_at: Moment
}
/** It is used up, too old, or was never one. No failure: a page asks of whatever stands in its address. */
export type SetupGone = { gone: true; fix: string }
export type SetupMethod = 'passkey' | 'password' | 'this_machine'

/** POST /api/app/setup/passkey/options -> {@link PasskeyCreationOptions} */
export type SetupPasskeyOptionsRequest = { token: string; name?: string }
/** POST /api/app/setup/passkey/verify -> {@link SignedIn}. The link is used up only when this succeeds. */
export type SetupPasskeyVerifyRequest = {
  token: string
  /** What `startRegistration` of @simplewebauthn/browser gave. */
  response: PasskeyRegistration
  /** The person's name; the one they have stays without it. */
  name?: string
  /** For people, to tell their passkeys apart: 'MacBook'. */
  passkey_name?: string
}
/** POST /api/app/setup/password -> {@link SignedIn} */
export type SetupPasswordRequest = {
  token: string
  /** What the person signs in with: an e-mail address or a short name, 1 to 254 characters; unique. */
  login: string
  /** 10 to 1,024 characters; any characters. */
  password: string
  name?: string
}
/** POST /api/app/setup/this-machine -> {@link SignedIn}. Only where SetupCheck.methods has it. */
export type SetupThisMachineRequest = { token: string }

// Making an account by oneself ---------------------------------------------------------------------------------------
// Where the operator leaves a door open (`sign_up` of AppState): 'open' has the first three, 'visitor' the last.

/** POST /api/app/sign-up/passkey/options -> {@link PasskeyCreationOptions} */
export type SignUpPasskeyOptionsRequest = { name: string }
/** POST /api/app/sign-up/passkey/verify -> {@link SignedIn} */
export type SignUpPasskeyRequest = {
  name: string
  /** Where a link goes by which it is confirmed; nobody has it before. */
  email?: string
  language?: MailLanguage
  /** `user.id` of the options, as it came. */
  user: string
  response: PasskeyRegistration
  passkey_name?: string
}
/** POST /api/app/sign-up/password -> {@link SignedIn} */
export type SignUpPasswordRequest = {
  name: string
  /** 2 to 64 letters, digits, dots and hyphens; no e-mail address. */
  login: string
  password: string
  /** As above. */
  email?: string
  language?: MailLanguage
}
/**
 * POST /api/app/visit, without a body: begins the way to an account by Connect. Go to `start_url` next. Nobody is signed in
 * before they come back from there.
 */
export type VisitBegun = { start_url: string }

// Signing in ---------------------------------------------------------------------------------------------------------

/** POST /api/app/login/passkey/options, without a body -> {@link PasskeyRequestOptions} */
/** POST /api/app/login/passkey/verify -> {@link SignedIn} */
export type LoginPasskeyRequest = {
  /** What `startAuthentication` of @simplewebauthn/browser gave. */
  response: PasskeyAuthentication
}
/** POST /api/app/login/password -> {@link SignedIn} */
export type LoginPasswordRequest = { login: string; password: string }
/** POST /api/app/login/this-machine, without a body -> {@link SignedIn} */

/** The session's cookie is set. Signing in while signed in renews the session. */
export type SignedIn = { user: Me }
/**
 * The password (or setup link) was right, and the account asks for an authenticator app's code as well: POST
 * /api/app/login/second-step, from the same browser, until then. No session has begun.
 */
export type SecondStepNeeded = { second_step: { expires_at: Moment } }
/** Where a door leads that may ask for a second step. */
export type LoginAnswer = SignedIn | SecondStepNeeded

/** POST /api/app/login/second-step -> {@link SignedIn}. Six digits of the app, or a recovery code: each is good once. */
export type SecondStepRequest = { code: string }

/**
 * POST /api/app/login/sso -> {@link SsoStart}. Single sign-on: open `url` in this browser. It comes back to `return_to`, or
 * to /sign-in?sso=<{@link SsoRefusal}>&provider=<id>.
 */
export type SsoRequest = { provider: string; return_to?: string }
export type SsoStart = { url: string }
/** Why single sign-on let nobody in, or added no account. */
export type SsoRefusal =
  /** The person said no at the provider. */
  | 'denied'
  /** It took too long, began in another browser, or was finished before. */
  | 'expired'
  /** What the provider answered does not hold. */
  | 'rejected'
  | 'unavailable'
  | 'not_invited'
  /** Somebody here has that address: sign in as they do, and add the account there. */
  | 'email_taken'
  | 'disabled'
  /** Adding: the account is another person's here. */
  | 'taken'
  /** Adding: whoever began is not signed in any more. */
  | 'wrong_user'

// A forgotten password, where there is a mail server ------------------------------------------------------------------

/**
 * POST /api/app/password-reset -> Done, whoever it is: whether there is such a person is not told. A mail goes to the address
 * of an account that confirmed it and signs in by password.
 */
export type PasswordResetRequest = { email: string; language?: MailLanguage }
/** POST /api/app/password-reset/check -> {@link PasswordResetCheck}. The link is /reset#<token>; asking does not use it up. */
export type PasswordResetCheckRequest = { token: string }
export type PasswordResetCheck = { login: string; expires_at: Moment }
/** POST /api/app/password-reset/complete -> {@link LoginAnswer}: an authenticator app is asked for as ever. */
export type PasswordResetComplete = { token: string; password: string }

/** POST /api/app/logout, without a body -> {@link Done} */

/** Options for `startRegistration({ optionsJSON })`: PublicKeyCredentialCreationOptionsJSON of WebAuthn level 3. */
export type PasskeyCreationOptions = {
  challenge: string
  rp: { id?: string; name: string }
  user: { id: string; name: string; displayName: string }
  pubKeyCredParams: { type: 'public-key'; alg: number }[]
  timeout?: number
  excludeCredentials?: PasskeyDescriptor[]
  authenticatorSelection?: {
    residentKey?: 'discouraged' | 'preferred' | 'required'
    requireResidentKey?: boolean
    userVerification?: 'discouraged' | 'preferred' | 'required'
  }
  attestation?: 'none'
}
/** Options for `startAuthentication({ optionsJSON })`: PublicKeyCredentialRequestOptionsJSON. */
export type PasskeyRequestOptions = {
  challenge: string
  rpId?: string
  timeout?: number
  allowCredentials?: PasskeyDescriptor[]
  userVerification?: 'discouraged' | 'preferred' | 'required'
}
export type PasskeyDescriptor = { id: string; type: 'public-key'; transports?: string[] }
/** RegistrationResponseJSON. Binary members are base64url. */
export type PasskeyRegistration = {
  id: string
  rawId: string
  type: 'public-key'
  response: { clientDataJSON: string; attestationObject: string; transports?: string[] }
  clientExtensionResults: object
  authenticatorAttachment?: string | null
}
/** AuthenticationResponseJSON. Binary members are base64url. */
export type PasskeyAuthentication = {
  id: string
  rawId: string
  type: 'public-key'
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string | null }
  clientExtensionResults: object
  authenticatorAttachment?: string | null
}

// The signed-in person -----------------------------------------------------------------------------------------------

export type Role = 'owner' | 'admin' | 'member'

/** GET /api/app/me; PATCH /api/app/me takes {@link MeChange} and gives it anew. */
export type Me = {
  id: string
  name: string
  email: string | null
  /** They opened a link that went there. */
  email_verified: boolean
  /** The address that they were sent a link to and have not confirmed yet. */
  email_pending: string | null
  role: Role
  /** What they can sign in with. */
  has_password: boolean
  passkeys: number
  /** Accounts elsewhere that sign them in. */
  identities: number
  /** After the password a code of an authenticator app is asked for. */
  has_authenticator: boolean
  /** The operator asks for a second step: until there is one, everything but this account is 'second_factor_required'. */
  owes_factor: boolean
  /** They came in by Connect and have no other way in yet: offer a passkey, and Connect again where a fresh sign-in is asked for. */
  visitor: boolean
  /** The present session. Its `authenticated_at` tells whether 'sign_in_again' is due. */
  session: { id: string; authenticated_at: Moment; expires_at: Moment }
}
export type MeChange = { name?: string }
/** PUT /api/app/email -> Me, after a sign-in of the last five minutes: sends a link to the address. */
export type EmailChange = { email: string; language?: MailLanguage }
/** POST /api/app/email/confirm -> Done. The link is /confirm#<token>; nobody needs to be signed in where it is opened. */
export type EmailConfirmation = { token: string }
/**
 * DELETE /api/app/me -> Done, after a sign-in of the last five minutes; the last owner cannot. What the person signs in
 * with, their providers' keys, conversations and settings are deleted, their own keys revoked. Figures of the ledger and the
 * audit log stay, without a name.
 */

/** GET /api/app/passkeys -> Listed<Passkey>; DELETE /api/app/passkeys/:id -> Done (not the last way to sign in). */
export type Passkey = {
  id: string
  name: string
  created_at: Moment
  last_used_at: Moment | null
  /** It is synchronised between the person's devices. */
  synced: boolean
}
/** POST /api/app/passkeys/options, without a body -> PasskeyCreationOptions; POST /api/app/passkeys/verify -> Passkey. */
export type AddPasskeyRequest = { response: PasskeyRegistration; passkey_name?: string }

/**
 * GET /api/app/identities -> Listed<Identity>: accounts elsewhere that sign this person in. POST {@link IdentityRequest} ->
 * {@link SsoStart}: adds one; it comes back to /settings/account?sso=linked, or `?sso=<SsoRefusal>&provider=<id>`. DELETE
 * /api/app/identities/:id -> Done (not the last way to sign in).
 */
export type Identity = {
  id: string
  /** SsoWay.id. */
  provider: string
  name: string
  /** What the account is called there. */
  label: string | null
  created_at: Moment
  last_used_at: Moment | null
}
export type IdentityRequest = { provider: string }

/**
 * GET /api/app/second-factor. DELETE -> Done: passwords are then enough again. It is asked for after a password; a passkey
 * is both steps in one.
 */
export type SecondFactor = {
  /** null: none. */
  authenticator: { added_at: Moment; recovery_codes_left: number } | null
}
/**
 * POST /api/app/second-factor, without a body -> what an authenticator app is told, once. It counts when POST
 * /api/app/second-factor/confirm got a code of it -> {@link RecoveryCodes}.
 */
export type FactorOffer = {
  /** Base32, for typing. */
  secret: string
  /** 'otpauth://totp/...', for a QR code. */
  address: string
}
export type FactorConfirmation = { code: string }
/** POST /api/app/second-factor/recovery-codes, without a body: new ones, in place of all. To be shown once. */
export type RecoveryCodes = { recovery_codes: string[] }

/** PUT /api/app/password -> Done. Ends the person's other sessions. `login` is needed the first time. */
export type PasswordChange = { password: string; login?: string }

/**
 * GET /api/app/sessions -> Listed<Session>, the latest used first. DELETE /api/app/sessions/:id -> Done.
 * DELETE /api/app/sessions -> Done: signs out everywhere, here too; with `?except=current` everywhere else.
 */
export type Session = {
  id: string
  current: boolean
  /** From the browser's own words: 'Firefox on Linux'. */
  device: string
  ip: string | null
  method: SessionMethod
  created_at: Moment
  last_seen_at: Moment
  expires_at: Moment
}
/** 'connect': by an account elsewhere that was connected here; 'sso': by the operator's single sign-on. */
export type SessionMethod = 'passkey' | 'password' | 'this_machine' | 'connect' | 'sso'

// People (owner and admin) -------------------------------------------------------------------------------------------

/** GET /api/app/users -> Listed<Person> */
export type Person = {
  id: string
  name: string
  email: string | null
  role: Role
  disabled: boolean
  /** They made their own account, and may not use what the workspace shares until an owner or admin lets them. */
  guest: boolean
  created_at: Moment
  /** Invited and not here yet: no way to sign in is set up. `expires_at` is of the link; null: none is good any more. */
  invitation: { expires_at: Moment | null; mailed: boolean } | null
}
/** POST /api/app/users -> {@link Invited}. Only an owner makes owners and admins. */
export type InviteRequest = { name: string; email?: string | null; role?: Role; language?: MailLanguage }
/** What mails are written in. */
export type MailLanguage = 'en' | 'de'
/**
 * A link that went by mail is shown to nobody else. One that is shown is shown once: whoever opens it first sets up that
 * person's login. `problem`: why the mail was not sent, so that the link has to be handed over.
 */
export type Invited = {
  user: Person
  link: string | null
  mailed_to: string | null
  problem: string | null
  expires_at: Moment
}
/**
 * POST /api/app/users/:id/invitation -> {@link Invited}: another link for somebody who has not come yet, by mail where that is
 * possible; the one before ends. DELETE /api/app/users/:id/invitation -> Done: it is taken back, and the person with it.
 */
export type InvitationRequest = { language?: MailLanguage }
/** POST /api/app/users/:id/setup-link, without a body -> {@link Invited} */
/** PATCH /api/app/users/:id -> Person */
export type PersonChange = { role?: Role; disabled?: boolean; guest?: boolean }
