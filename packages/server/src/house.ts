import type { Mailer } from './accounts/mail-links.ts'
import type { Clock } from './base/clock.ts'
import { systemClock } from './base/clock.ts'
import { errorBody, KeywayError } from './base/errors.ts'
import { callableBy, credentialChoices } from './callable-models.ts'
import type { ActHouse } from './cli/acts/house.ts'
import type { Environment } from './config/environment.ts'
import type { Config } from './config/schema.ts'
import { endRevoked } from './end-calls.ts'
import { credentialsOutside } from './environment-keys.ts'
import { createApps } from './gateway/apps.ts'
import type { Gateway } from './gateway/house.ts'
import { createLedger } from './gateway/ledger.ts'
import { LiveCalls } from './gateway/live.ts'
import { createMetrics, type Metrics } from './gateway/metrics.ts'
import { createSeals } from './gateway/seals.ts'
import type { Caller } from './keys/caller.ts'
import { createRateLimiter, type RateLimiter } from './keys/limits.ts'
import { createVerifier, type Verifier } from './keys/verify.ts'
import { openrouterIssuer } from './link/issuer.ts'
import { createLink, type Link } from './link/link.ts'
import { createLiveCatalogue, type LiveCatalogue } from './live-catalogue.ts'
import { createLog, type Log, logCall } from './log.ts'
import { mailerOf } from './mailer.ts'
import { type CountTokens, loadTokenizer, tokensAbout, tokensUpperBound } from './meter/tokenizer.ts'
import { createNet, type Net } from './net/dispatcher.ts'
import type { Catalogue } from './providers/model.ts'
import { proxyOf } from './proxy-settings.ts'
import { createHealth, type Health } from './router/health.ts'
import { createRetryBudget } from './router/retry-budget.ts'
import { declaredProviders, rowsInUse } from './rows-in-use.ts'
import { type SsoProvider, ssoProviders } from './sso/provider.ts'
import type { User, Workspace } from './store/records.ts'
import { openSqliteStore } from './store/sqlite/open.ts'
import { peekHome } from './store/sqlite/peek.ts'
import type { Store } from './store/store.ts'
import { createCredentialUses } from './vault/credential-uses.ts'
import { createVault, type Vault } from './vault/credentials.ts'
import { checkRootKeyFile, openKeyRing } from './vault/key-check.ts'
import type { KeyRing } from './vault/key-ring.ts'
import { VERSION } from './version.ts'

/** Everything that one home holds, put together. Made once, by the server or for a single command. */
export type House = {
  config: Config
  clock: Clock
  log: Log
  store: Store
  ring: KeyRing
  vault: Vault
  verifier: Verifier
  rateLimiter: RateLimiter
  catalogue: LiveCatalogue
  /** The part of the catalogue that this caller can call now. */
  callable(caller: Caller): Promise<Catalogue>
  net: Net
  gateway: Gateway
  live: LiveCalls
  /** Connecting accounts that people have elsewhere. */
  link: Link
  /** Accounts elsewhere by which people sign in. */
  ssoProviders: readonly SsoProvider[]
  /** Undefined where the operator has no mail server. */
  mailer: Mailer | undefined
  metrics: Metrics
  workspace: Workspace
  owner: User
  /** The house as the CLI's acts see it. @param url where the server answers, if one runs */
  actHouse(url: string | undefined): ActHouse
  close(): Promise<void>
}

export type HouseOptions = {
  env: Environment
  clock?: Clock
  log?: Log
  /** The address of the troubleshooting page, once it is known. */
  docsUrl?: () => string
  /** Where people reach the server, once it is known. */
  publicUrl?: () => string
}

/**
 * Opens a home: takes its lock, migrates its database, checks its root key.
 * @throws by name: HomeLocked, MigrationRefused, RootKeyError
 */
export async function buildHouse(config: Config, options: HouseOptions): Promise<House> {
  const { env } = options
  const clock = options.clock ?? systemClock
  const log = options.log ?? createLog(config.log.level)
  // Opening migrates and settles: a wrong root key is refused before.
  const database = peekHome(config.home)
  if (database) await checkRootKeyFile({ database, rootKeyFile: config.root_key_file })
  const store = await openSqliteStore({ home: config.home, clock })
  try {
    return await furnish(store, {
      config,
      env,
      clock,
      log,
      docsUrl: options.docsUrl ?? (() => '/docs/troubleshooting'),
      publicUrl: options.publicUrl ?? (() => config.public_url ?? `http://localhost:${config.port}`),
    })
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Longer than any provider takes to list its models. Milliseconds. */
const REFRESH_MS = 60_000

type Furnishing = {
  config: Config
  env: Environment
  clock: Clock
  log: Log
  docsUrl: () => string
  publicUrl: () => string
}

async function furnish(store: Store, { config, env, clock, log, docsUrl, publicUrl }: Furnishing): Promise<House> {
  const { workspace, owner } = await store.bootstrap()
  const ring = await openKeyRing({ store, rootKeyFile: config.root_key_file })
  await store.setPrepaid(config.prepaid ? 'on' : 'off')
  const declared = rowsInUse(declaredProviders(config), await store.listProviders(workspace.id), new Set())
  const outside = credentialsOutside(config, {
    env,
    rows: declared.rows,
    owner: { workspaceId: workspace.id, userId: owner.id },
  })
  for (const problem of outside.problems) log.warn({ setting: problem.name }, problem.message)
  const report = (act: string) => (error: unknown) => log.error({ error: safeMessage(error) }, `failed to ${act}`)
  const uses = createCredentialUses({ store, clock, report: report('note that a credential was used') })
  const vault = createVault({ store, ring, clock, env, environment: outside.credentials, uses })
  const net = createNet({
    proxy: proxyOf(env),
    limits: {
      connectTimeoutMs: config.limits.connect_ms,
      connectionsPerOriginMax: config.limits.connections_per_provider,
      connectionsMax: 2 * config.limits.connections_per_provider,
    },
  })
  const catalogue = await createLiveCatalogue({
    config,
    clock,
    store,
    vault,
    workspaceId: workspace.id,
    dispatch: net.dispatch,
    unreachable: (provider, error) => log.debug({ provider, error: safeMessage(error) }, 'models could not be listed'),
  })
  const verifier = createVerifier({ store, ring, clock })
  const live = new LiveCalls()
  const metrics = createMetrics(() => live.size)
  const link = createLink({
    store,
    vault,
    ring,
    clock,
    dispatch: net.dispatch,
    issuer: openrouterIssuer(config.connect.openrouter_url),
    enabled: config.connect.openrouter === 'on',
    publicUrl,
    flowMs: config.connect.flow_ms,
    report: (error) => log.error({ error: safeMessage(error) }, 'failed to look after a connection'),
  })
  const health = noticingRefusals(createHealth({ clock, random: Math.random }), link)
  const choices = credentialChoices(vault)
  const tokenizer = lazy(loadTokenizer)

  const concern = (message: string, callId: string) => log.error({ generation: callId }, message)
  const gateway: Gateway = {
    clock,
    store,
    dispatch: net.dispatch,
    catalogue: () => catalogue.current(),
    pendingCatalogue: () => catalogue.pending(),
    provider: (id) => catalogue.rows().rows.get(id),
    credentials: choices,
    allowsPrivate: (id) => catalogue.rows().privateAllowed.has(id),
    async openCredential(id, baseUrl) {
      const secret = await vault.open(id, { baseUrl })
      uses.note(id)
      return secret
    },
    countTokens: async (text) => tokensUpperBound(Buffer.from(text).toString('utf8'), await tokenizer()),
    estimateTokens: async (text) => tokensAbout(text, await tokenizer()),
    routing: { health, budget: createRetryBudget(), random: Math.random },
    live,
    ledger: createLedger({ store, clock, concern }),
    apps: createApps(store),
    seals: createSeals(),
    observe(record) {
      metrics.observe(record)
      logCall(log, record)
    },
    prepaid: config.prepaid,
    concern,
    errorOf: (error) => errorBody(error, docsUrl()).error,
    limits: {
      headersHoldMs: config.limits.headers_hold_ms,
      firstEventMs: config.limits.first_event_ms,
      idleMs: config.limits.idle_ms,
      totalMs: config.limits.total_ms,
      attempts: config.limits.attempts,
      calls: config.limits.calls,
      callsPerKey: config.limits.calls_per_key,
      replyBytes: config.limits.reply_bytes,
      eventBytes: config.limits.event_bytes,
      modelFallbacks: config.limits.model_fallbacks,
    },
  }

  const stopListening = store.onChange((change) => {
    if (change.kind === 'credential') health.forgetCredential(change.id)
    if (change.kind === 'provider' || change.kind === 'credential') {
      reloadAndAsk(catalogue, config.catalogue.refresh).catch(report('read the providers again'))
    }
    if (change.kind !== 'provider') endRevoked(change, { store, live }).catch(report('end calls that lost their right'))
  })

  return {
    config,
    clock,
    log,
    store,
    ring,
    vault,
    verifier,
    rateLimiter: createRateLimiter(clock),
    catalogue,
    callable: callableBy({ catalogue, choices }),
    net,
    gateway,
    live,
    link,
    ssoProviders: ssoProviders(config.sign_in.providers, env),
    mailer: mailerOf(config, { clock, env, publicUrl }),
    metrics,
    workspace,
    owner,
    actHouse: (url) => ({
      store,
      ring,
      clock,
      config,
      vault,
      workspace,
      owner,
      actor: { id: owner.id, workspaceId: workspace.id },
      env,
      providers: () => [...catalogue.rows().rows.values()],
      catalogue: () => catalogue.current(),
      dispatch: net.dispatch,
      link,
      url,
      version: VERSION,
    }),
    async close() {
      stopListening()
      await link.idle()
      verifier.close()
      vault.close()
      await net.close()
      await store.close()
      log.flush()
    },
  }
}

/** Providers changed: their own lists are asked for at once, so that their models can be called. */
async function reloadAndAsk(catalogue: LiveCatalogue, asks: boolean): Promise<void> {
  await catalogue.reload()
  if (asks) await catalogue.refresh(AbortSignal.timeout(REFRESH_MS))
}

/** A credential that was refused at a call may be of a connection that was ended at its issuer, which is then asked. */
function noticingRefusals(health: Health, link: Pick<Link, 'noticeRefusal'>): Health {
  return {
    ...health,
    report(target, report) {
      health.report(target, report)
      if (report.outcome === 'credential' && target.credentialId !== undefined) link.noticeRefusal(target.credentialId)
    },
  }
}

function lazy(load: () => Promise<CountTokens>): () => Promise<CountTokens> {
  let loading: Promise<CountTokens> | undefined
  return () => {
    loading ??= load()
    return loading
  }
}

/** Only our own errors are known to hold no secret. */
function safeMessage(error: unknown): string {
  return error instanceof KeywayError
    ? `${error.code}: ${error.message}`
    : error instanceof Error
      ? error.name
      : 'unknown'
}
