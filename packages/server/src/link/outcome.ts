/**
 * How an attempt to connect ended: the value of `?connect=` on the way back, each with its own plain message in the app.
 * Codes are ours alone; no word of the issuer's is ever shown.
 */
export type ConnectOutcome =
  /** Connected; the key is sealed. */
  | 'done'
  /** The account is another one than before: the person is asked whether it shall replace that. */
  | 'confirm'
  /** They said no at the issuer, or came back without a code. */
  | 'denied'
  /** It took too long. */
  | 'expired'
  /** This callback was used before. */
  | 'replayed'
  /** Nobody is signed in here any more. */
  | 'signed_out'
  /** Somebody else signed in meanwhile. */
  | 'wrong_user'
  /** It was not begun in this browser. */
  | 'wrong_browser'
  /** The callback is not of the issuer that was asked. */
  | 'wrong_issuer'
  /** The operator changed where the issuer is, or switched it off, meanwhile. */
  | 'changed'
  /** The callback has no single code. */
  | 'malformed'
  /** The issuer refused the code. */
  | 'rejected'
  /** The issuer could not be asked, or had trouble of its own. */
  | 'unavailable'
  /** The issuer's reply is not what the protocol says. */
  | 'bad_reply'
  /** A key was made at the issuer and could not be stored: it should be deleted there. */
  | 'unknown'
  /** Who signs in by connecting has an account here that is opened by its own passkey or password. */
  | 'own_login'
  /** Their account here is disabled. */
  | 'disabled'
  /** The issuer did not say who they are. */
  | 'unidentified'

/** What becomes of an attempt, and where the person goes. */
export type ConnectResult = {
  outcome: ConnectOutcome
  /** A path of the app. */
  returnTo: string
  /** The flow whose key waits for the person's word; only with `confirm`. */
  flowId: string | undefined
  /** Who proved at the issuer to be the one that the account is of: only with `done`, and only a visitor's. */
  proved?: string
}
