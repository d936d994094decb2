import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import { isLoopback } from '../config/bind.ts'
import type { RankedApp } from '../store/oauth-records.ts'
import type { Store } from '../store/store.ts'
import type { RankingWindow } from './ranking-window.ts'

/** How long a ranking stands: whoever may ask for it may ask often, and reading it goes over every call of the window. */
const STANDS_MS = 60_000
/** Windows that are read within that time, and kept: whoever wants more waits. */
const KEPT = 60
/** Apps that are read, before those of one origin are put together. */
const APPS_READ = 2_000
/** Apps in a ranking: what the longest page of the dataset can reach. */
const RANKED_MAX = 200
/** Windows before this one whose mean says what an app usually uses. */
const USUAL_WINDOWS = 3

/** By what was used, or by how much more that was than before. */
export type Sort = 'popular' | 'trending'

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

/** Who used most within a window. */
export type Ranking = { apps: Ranked[]; asOf: number; window: RankingWindow }

/** Reads rankings, each at most once a minute. */
export function createRankings({ store, clock }: { store: Pick<Store, 'rankApps'>; clock: Clock }) {
  const kept = new Map<string, { until: number; ranking: Promise<Ranking> }>()
  return {
    /** @throws KeywayError `rate_limited` where too many others were asked for within the minute */
    async read(workspaceId: string, window: RankingWindow, sort: Sort = 'popular'): Promise<Ranking> {
      const now = clock.now()
      for (const [name, { until }] of kept) if (until <= now) kept.delete(name)
      const name = `${workspaceId} ${window.from} ${window.to} ${sort}`
      const standing = kept.get(name)
      if (standing !== undefined) return standing.ranking
      if (kept.size >= KEPT) {
        throw new KeywayError('rate_limited', 'Too many different rankings were asked for within a minute.', {
          retryAfterMs: STANDS_MS,
        })
      }
      const ranking = readAnew(workspaceId, window, sort)
      kept.set(name, { until: now + STANDS_MS, ranking })
      ranking.catch(() => kept.delete(name))
      return ranking
    },
  }

  async function readAnew(workspaceId: string, window: RankingWindow, sort: Sort): Promise<Ranking> {
    const read = async (of: RankingWindow) => rank(await store.rankApps(workspaceId, { ...of, limit: APPS_READ }))
    const apps = await read(window)
    if (sort === 'popular') return { apps: apps.slice(0, RANKED_MAX), asOf: clock.now(), window }
    const before = await read({ from: window.from - USUAL_WINDOWS * (window.to - window.from), to: window.from })
    return { apps: trending(apps, before).slice(0, RANKED_MAX), asOf: clock.now(), window }
  }
}

/**
 * The apps that used more than they usually do, by how much more.
 * @param before what they used in the three windows before, together
 */
export function trending(apps: readonly Ranked[], before: readonly Ranked[]): Ranked[] {
  const usual = new Map(before.map(({ host, tokens }) => [host, tokens]))
  // Thrice the growth, so that no third is rounded away.
  const growth = ({ host, tokens }: Ranked) => tokens * BigInt(USUAL_WINDOWS) - (usual.get(host) ?? 0n)
  return apps
    .map((app) => ({ app, grown: growth(app) }))
    .filter(({ grown }) => grown > 0n)
    .sort((a, b) => (a.grown === b.grown ? a.app.rank - b.app.rank : a.grown < b.grown ? 1 : -1))
    .map(({ app }, at) => ({ ...app, rank: at + 1 }))
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
