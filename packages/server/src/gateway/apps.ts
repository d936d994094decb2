import { RecentMap } from '../base/recent-map.ts'
import type { Store } from '../store/store.ts'
import type { Attribution } from './call.ts'

/** Apps whose row is remembered; a row is small, and an app seldom changes its title. */
const APPS_MAX = 10_000

/** Finds an app's number by the referer that its calls carry, asking the database once for each. */
export type Apps = { idOf(workspaceId: string, attribution: Attribution): number | null | Promise<number | null> }

export function createApps(store: Pick<Store, 'upsertApp'>): Apps {
  const known = new RecentMap<string, number>(APPS_MAX)
  return {
    idOf(workspaceId, { referer, title }) {
      if (referer === null) return null
      const name = `${workspaceId}\n${referer}\n${title ?? ''}`
      const id = known.get(name)
      if (id !== undefined) return id
      return store.upsertApp(workspaceId, referer, title).then((app) => {
        known.set(name, app.id)
        return app.id
      })
    },
  }
}
