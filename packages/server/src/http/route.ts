import type { FastifyContextConfig } from 'fastify'

/**
 * Who may call a route. Every route states it; the table of routes and roles is generated from these, and a route
 * without one does not start.
 */
export type Access =
  /** Nobody is asked. */
  | 'open'
  /** Any valid key of ours, an app's too: what it reads there is its own. */
  | 'bearer'
  /** Any valid key of ours but an app's. */
  | 'key'
  /** An inference key. */
  | 'inference'
  /** Any key of a person's own, not an app's, with the scope chat: to their conversations and prompts. */
  | 'chat'
  /** A management key. */
  | 'management'
  /** Anybody, but only from a page of ours: what leads to a session. */
  | 'page'
  /** A signed-in person, from a page of ours. Keys are not taken. */
  | 'session'
  /** Anybody, by following a link, also from another site; whoever must be signed in is led to it. Keys are not taken. */
  | 'navigation'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** The type of the body that a route of the web app takes; JSON where nothing is said. */
    takes?: 'application/octet-stream'
  }
}

/** The `config` of a route. */
export function access(level: Access): { config: FastifyContextConfig } {
  return { config: { access: level } }
}

/** One row of the router's table. */
export type Route = { method: string; url: string; access: Access }
