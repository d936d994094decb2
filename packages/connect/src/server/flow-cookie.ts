/** Flows that one browser may have open: tabs and second tries. */
const FLOWS_MAX = 5
const NAME_CHARACTERS = 16

/** Cookies of flows: one a flow, so that two tabs do not overwrite each other's. */
export type FlowCookies = {
  /** The cookie's name for a flow's state; undefined for what cannot be a state of ours. */
  name(state: string): string | undefined
  /** The one value of that name. Two of a name mean that somebody planted one: then there is none. */
  read(header: string | null, name: string): string | undefined
  /** A `Set-Cookie` line. Lax: the way back is a navigation from another site, with which Strict cookies do not come. */
  set(name: string, value: string, maxAgeMs: number): string
  clear(name: string): string
  /** Names of flows that have to make room for one more. */
  surplus(header: string | null): string[]
}

/**
 * @param isSecure over https names begin with `__Host-`, which no sibling domain can plant
 * @param id tells the cookies of two connections of one site apart
 * @see https://www.rfc-editor.org/rfc/rfc6265bis section 4.1.3.2
 */
export function flowCookies({ isSecure, id }: { isSecure: boolean; id: string }): FlowCookies {
  const prefix = `${isSecure ? '__Host-' : ''}connect_${id}_`
  const end = `; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  return {
    name: (state) => (/^[\w-]{43}$/.test(state) ? prefix + state.slice(0, NAME_CHARACTERS) : undefined),
    read(header, name) {
      const values = pairsOf(header).filter(([given]) => given === name)
      return values.length === 1 ? values[0]?.[1] : undefined
    },
    set: (name, value, maxAgeMs) => `${name}=${value}; Max-Age=${Math.ceil(maxAgeMs / 1000)}${end}`,
    clear: (name) => `${name}=; Max-Age=0${end}`,
    surplus(header) {
      const names = pairsOf(header).flatMap(([name]) => (name.startsWith(prefix) ? [name] : []))
      return names.slice(0, Math.max(0, names.length - FLOWS_MAX + 1))
    },
  }
}

function pairsOf(header: string | null): [name: string, value: string][] {
  return (header ?? '').split(/;\s*/).flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=')
    return at < 1 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()]]
  })
}
