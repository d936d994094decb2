import type { FastifyRequest } from 'fastify'
import type { KeywayError } from '../base/errors.ts'
import { noteRefused } from '../oauth/note-refused.ts'
import { clientOf } from './app/app-access.ts'
import { createAttempts, FLOODS_NOTED } from './attempts.ts'
import type { Edge } from './edge.ts'

/** Rows that one address may cause in a minute: a log that strangers can lengthen at will hides what matters. */
const NOTED_A_MINUTE = 240
/** Where codes and keys are decided on, made, exchanged and given back. */
const WATCHED = /^(?:\/api\/app\/auth\/|\/(?:api\/)?v1\/auth\/keys(?:\/|$)|\/oauth\/(?:token|revoke)$)/
/** What says nothing of the request: that we fail, that we stop. */
const UNNOTED = new Set(['internal', 'draining', 'overloaded'])

/**
 * Notes in the audit log that a code or key was refused, wherever on the way that was: in the head, the body or the act.
 * Reading is not noted: a page that asks once more is nobody's attack.
 * @returns undefined where there is nothing to note
 */
export function createRefusalNotes(
  edge: Edge,
): (error: KeywayError, request: FastifyRequest) => Promise<void> | undefined {
  const noted = createAttempts(edge.clock, NOTED_A_MINUTE)
  const floods = createAttempts(edge.clock, FLOODS_NOTED)
  return (error, request) => {
    const url = request.routeOptions.url ?? ''
    if (!WATCHED.test(url) || request.method === 'GET' || UNNOTED.has(error.code)) return
    if (!(error.code === 'rate_limited' ? floods : noted).take(request.ip)) return
    const user = request.signedIn?.user ?? request.caller?.user
    const object = url.startsWith('/api/app/auth/')
      ? String(Object.values(request.params ?? {})[0] ?? 'request')
      : 'code'
    return noteRefused(edge.oauth, error, { client: clientOf(request), user, object })
  }
}
