export { PROVIDER_NAMES, type ProviderName } from './dialect.ts'
export { OPENROUTER_MANAGEMENT_KEY } from './dialects/openrouter-pages.ts'
export { type Fault, faultByName } from './fault.ts'
export {
  type MailFault,
  type MailServer,
  type MailServerOptions,
  type ReceivedMail,
  startMailServer,
} from './mail-server.ts'
export type { IssuedKey, KeyTerms, OpenRouterAccount } from './openrouter-account.ts'
export type { SitePage } from './openrouter-site.ts'
export type { RecordedRequest } from './recorder.ts'
export type { RawReply } from './script.ts'
export { type GithubFault, type GithubSite, startGithubSite } from './sign-in/github.ts'
export { type OidcFault, type OidcPerson, type OidcProvider, startOidcProvider } from './sign-in/oidc-provider.ts'
export { type ProviderAccess, type Simulation, type SimulationOptions, startSimulation } from './simulation.ts'
export {
  CACHE_FLOOR_TOKENS,
  CACHE_STEP_TOKENS,
  countCachedTokens,
  countTokens,
  IMAGE_TOKENS,
  splitArguments,
  splitTokens,
} from './tokens.ts'
export type { Ending } from './wire.ts'
