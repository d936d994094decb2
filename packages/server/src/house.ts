import type { Clock } from './base/clock.ts'
import { systemClock } from './base/clock.ts'
import { errorBody, KeywayError } from './base/errors.ts'
import type { ActHouse } from './cli/acts/house.ts'
import type { Environment } from './config/environment.ts'
import type { Config } from './config/schema.ts'
import { credentialsOutside } from './environment-keys.ts'
import { createApps } from './gateway/apps.ts'
import type { Gateway } from './gateway/house.ts'
import { LiveCalls } from './gateway/live.ts'
import { createMetrics, type Metrics } from './gateway/metrics.ts'
import { within } from './gateway/within.ts'
import type { Caller } from './keys/caller.ts'
import { createRateLimiter, type RateLimiter } from './keys/limits.ts'
import { createVerifier, type Verifier } from './keys/verify.ts'
import { createLiveCatalogue, type LiveCatalogue } from './live-catalogue.ts'
import { createLog, type Log, logCall } from './log.ts'
import { type CountTokens, loadTokenizer, tokensUpperBound } from './meter/tokenizer.ts'
import { createNet, type Net } from './net/dispatcher.ts'
import { narrowCatalogue } from './providers/catalogue.ts'
import type { Catalogue } from './providers/model.ts'
import { proxyOf } from './proxy-settings.ts'
import type { CredentialChoice } from './router/attempt.ts'
import { createHealth } from './router/health.ts'
import { createRetryBudget } from './router/retry-budget.ts'
import { rowsInUse } from './rows-in-use.ts'
import type { User, Workspace } from './store/records.ts'
import { openSqliteStore } from './store/sqlite/open.ts'
import { peekHome } from './store/sqlite/peek.ts'
import type { Store } from './store/store.ts'
import { createVault, type Vault } from './vault/credentials.ts'
import { checkRootKeyFile, openKeyRing } from './vault/key-check.ts'
import type { KeyRing } from './vault/key-ring.ts'
import { VERSION } from './version.ts'
import { openaiChat } from './wire/openai-chat/index.ts'

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
    })
  } catch (error) {
    await store.close()
    throw error
  }
}

/** How long a list of models waits for providers that are just being asked. Milliseconds. */
const LIST_WAIT_MS = 3_000
/** Longer than any provider takes to list its models. Milliseconds. */
const REFRESH_MS = 60_000

type Furnishing = { config: Config; env: Environment; clock: Clock; log: Log; docsUrl: () => string }

async function furnish(store: Store, { config, env, clock, log, docsUrl }: Furnishing): Promise<House> {
  const { workspace, owner } = await store.bootstrap()
  const ring = await openKeyRing({ store, rootKeyFile: config.root_key_file })
  await store.setPrepaid(config.prepaid ? 'on' : 'off')
  const declared = rowsInUse(config.providers, await store.listProviders(workspace.id), new Set())
  const outside = credentialsOutside(config, {
    env,
    rows: declared.rows,
    owner: { workspaceId: workspace.id, userId: owner.id },
  })
  for (const problem of outside.problems) log.warn({ setting: problem.name }, problem.message)
  const vault = createVault({ store, ring, clock, env, environment: outside.credentials })
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
  const health = createHealth({ clock, random: Math.random })
  const choices = credentialChoices(vault)
  const tokenizer = lazy(loadTokenizer)

  const gateway: Gateway = {
    clock,
    codec: openaiChat,
    store,
    dispatch: net.dispatch,
    catalogue: () => catalogue.current(),
    pendingCatalogue: () => catalogue.pending(),
    provider: (id) => catalogue.rows().rows.get(id),
    credentials: choices,
    allowsPrivate: (id) => catalogue.rows().privateAllowed.has(id),
    openCredential: (id, baseUrl) => vault.open(id, { baseUrl }),
    countTokens: async (text) => tokensUpperBound(Buffer.from(text).toString('utf8'), await tokenizer()),
    routing: { health, budget: createRetryBudget(), random: Math.random },
    live,
    apps: createApps(store),
    observe(record) {
      metrics.observe(record)
      logCall(log, record)
    },
    prepaid: config.prepaid,
    concern: (message, callId) => log.error({ generation: callId }, message),
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
    if (change.kind === 'provider' || change.kind === 'credential') {
      if (change.kind === 'credential') health.forgetCredential(change.id)
      reloadAndAsk(catalogue, config.catalogue.refresh).catch((error: unknown) =>
        log.error({ error: safeMessage(error) }, 'providers could not be read'),
      )
    } else {
      endRevoked(change, { store, live }).catch((error: unknown) =>
        log.error({ error: safeMessage(error) }, 'calls of a changed key could not be ended'),
      )
    }
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
      url,
      version: VERSION,
    }),
    async close() {
      stopListening()
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

/** A key that was revoked or disabled, or whose user was, ends its calls in progress. */
async function endRevoked(
  change: { kind: 'key'; hash: string } | { kind: 'user'; id: string },
  { store, live }: { store: Store; live: LiveCalls },
): Promise<void> {
  if (change.kind === 'user') {
    const user = await store.findUser(change.id)
    if (user && user.disabledAt === null) return
    live.end(
      (call) => call.userId === change.id,
      new KeywayError('user_disabled', 'The user of this key was disabled.'),
    )
    return
  }
  const key = await store.findKey(change.hash)
  if (key && key.revokedAt === null && !key.disabled) return
  const revoked = key === undefined || key.revokedAt !== null
  const code = revoked ? 'key_revoked' : 'key_disabled'
  const reason = new KeywayError(code, `The key was ${revoked ? 'revoked' : 'disabled'} while it was in use.`)
  live.end((call) => call.keyHash === change.hash, reason)
}

/** The vault's credentials as the router sees them. The list is made anew only when the vault's own is. */
function credentialChoices(vault: Vault): (caller: Caller) => Promise<readonly CredentialChoice[]> {
  const made = new WeakMap<object, Map<string, readonly CredentialChoice[]>>()
  return async ({ key }) => {
    const available = await vault.available(key.workspaceId)
    let byUser = made.get(available)
    if (byUser === undefined) {
      byUser = new Map()
      made.set(available, byUser)
    }
    const known = byUser.get(key.userId)
    if (known) return known
    const usable = available.filter((one) => one.reach !== 'own' || one.userId === key.userId)
    byUser.set(key.userId, usable)
    return usable
  }
}

/** Models that have an endpoint with a credential within the caller's reach, and a price. Remembered until any of them changes. */
function callableBy(of: {
  catalogue: LiveCatalogue
  choices: (caller: Caller) => Promise<readonly CredentialChoice[]>
}): (caller: Caller) => Promise<Catalogue> {
  const made = new WeakMap<Caller, { whole: Catalogue; choices: readonly CredentialChoice[]; part: Catalogue }>()
  return async (caller) => {
    const pending = of.catalogue.pending()
    if (pending) await within(pending, LIST_WAIT_MS)
    const whole = of.catalogue.current()
    const choices = await of.choices(caller)
    const known = made.get(caller)
    if (known && known.whole === whole && known.choices === choices) return known.part
    const { reaches } = caller.key.policy
    const keyed = new Set(choices.filter((one) => reaches.includes(one.reach)).map((one) => one.provider))
    const { rows } = of.catalogue.rows()
    const part = narrowCatalogue(whole, (endpoint, model) => {
      const row = rows.get(endpoint.provider)
      if (row === undefined || !(row.auth === undefined || keyed.has(row.id))) return false
      return (endpoint.prices !== undefined || row.free) && caller.allowsModel(model.id)
    })
    made.set(caller, { whole, choices, part })
    return part
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
