import type { ConnectPage } from '../page.ts'

/** A tab as far as the browser door sees it. For tests. */
export type MadePage = ConnectPage & {
  /** Where `assign` led, in order. */
  readonly left: string[]
  /** The tab loads an address: what was kept stays. */
  load(href: string): void
  readonly kept: Map<string, string>
}

/** A tab at an address. @param refuses the browser keeps nothing for this page */
export function makePage(href: string, { refuses = false }: { refuses?: boolean } = {}): MadePage {
  const kept = new Map<string, string>()
  const left: string[] = []
  let here = href
  const may = () => {
    if (refuses) throw new DOMException('The operation is insecure.', 'SecurityError')
  }
  return {
    left,
    kept,
    load: (next) => {
      here = next
    },
    location: {
      get href() {
        return here
      },
      assign: (url) => {
        left.push(url)
      },
    },
    history: {
      state: null,
      replaceState: (_state, _unused, url) => {
        here = url
      },
    },
    get sessionStorage() {
      may()
      return {
        get length() {
          return kept.size
        },
        key: (index: number) => [...kept.keys()][index] ?? null,
        getItem: (name: string) => kept.get(name) ?? null,
        setItem: (name: string, value: string) => void kept.set(name, value),
        removeItem: (name: string) => void kept.delete(name),
      }
    },
  }
}
