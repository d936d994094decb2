import type { Clock } from '../base/clock.ts'
import { RecentMap } from '../base/recent-map.ts'
import { isLoopback } from '../config/bind.ts'
import type { RankedApp } from '../store/oauth-records.ts'
import type { Store } from '../store/store.ts'

const DAY_MS = 24 * 60 * 60_000
/** How long a ranking stands: whoever may ask for it may ask often, and reading it goes over every call of the window. */
const STANDS_MS = 60_000
/** Workspaces and periods whose ranking is kept. */
const KEPT = 30
/** Apps that are read, before those of one origin are put together. */
const APPS_READ = 2_000
/** Apps in a ranking. */
const RANKED_MAX = 100

/** Whole days of UTC, today included. */
export const PERIODS = { day: 1, week: 7, month: 30 } as const
export type Period = keyof typeof PERIODS

/** An app in a ranking: an origin, which is what its calls or its key name. */
export type Ranked = {
  rank: number
  id: number
  /** 'app.example' */
  host: string
  title: string | null
  calls: number
  tokens: bigint
}

/** Who used most. `from` and `to` are the first and the last moment that count. */
export type Ranking = { apps: Ranked[]; asOf: number; from: number; to: number }

/** Reads rankings, each at most once a minute. */
export function createRankings({ store, clock }: { store: Pick<Store, 'rankApps'>; clock: Clock }) {
  const kept = new RecentMap<string, { until: number; ranking: Promise<Ranking> }>(KEPT)
  return {
    read(workspaceId: string, period: Period): Promise<Ranking> {
      const now = clock.now()
      const name = `${workspaceId} ${period}`
      const standing = kept.get(name)
      if (standing !== undefined && now < standing.until) return standing.ranking
      const ranking = readAnew(workspaceId, period, now)
      kept.set(name, { until: now + STANDS_MS, ranking })
      ranking.catch(() => kept.delete(name))
      return ranking
    },
  }

  async function readAnew(workspaceId: string, period: Period, now: number): Promise<Ranking> {
    const from = (Math.floor(now / DAY_MS) - (PERIODS[period] - 1)) * DAY_MS
    const apps = await store.rankApps(workspaceId, { from, to: now + 1, limit: APPS_READ })
    return { apps: rank(apps).slice(0, RANKED_MAX), asOf: now, from, to: now }
  }
}

/**
 * The apps by what they used, those of one origin as one. Programs on people's own computers are not ranked: what one
 * person's machine calls 'localhost' is no other's, and nobody's business.
 */
export function rank(apps: readonly RankedApp[]): Ranked[] {
  const byOrigin = new Map<string, Omit<Ranked, 'rank'>>()
  for (const { id, referer, title, calls, tokens } of apps) {
    const site = siteOf(referer)
    if (site === undefined) continue
    const before = byOrigin.get(site.origin)
    if (before === undefined) byOrigin.set(site.origin, { id, host: site.host, title, calls, tokens })
    else {
      before.calls += calls
      before.tokens += tokens
      before.title ??= title
    }
  }
  return [...byOrigin.values()]
    .sort((a, b) => (a.tokens === b.tokens ? a.id - b.id : a.tokens < b.tokens ? 1 : -1))
    .map((app, at) => ({ rank: at + 1, ...app }))
}

function siteOf(referer: string): URL | undefined {
  if (!URL.canParse(referer)) return undefined
  const url = new URL(referer)
  return /^https?:$/.test(url.protocol) && !isLoopback(url.hostname) ? url : undefined
}
