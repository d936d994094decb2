export {
  type Authorization,
  type AuthorizationOptions,
  createAuthorization,
  type PendingAuthorization,
  restoreAuthorization,
} from './authorization.ts'
export { type AuthorizationCode, readCallback, readPastedCode } from './callback.ts'
export { isCodeVerifier, randomToken, sha256CodeChallenge } from './challenge.ts'
export { ConnectError, type ConnectErrorCode } from './connect-error.ts'
export { type ConnectedKey, type ExchangeOptions, exchangeCode, type Fetch } from './exchange.ts'
export { type FinishOptions, finishAuthorization, finishPasted } from './finish.ts'
export { canComeBack, isIssuer, issuerUrl, OPENROUTER } from './issuer.ts'
export { keyHash, keyPages } from './key-pages.ts'
export { safeReturnTo } from './return-to.ts'
export { type RevokeOptions, revokeKey } from './revoke.ts'
