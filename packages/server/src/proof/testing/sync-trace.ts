import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Bytes of each system call that are written down: a page of the database, in the longest spelling, and a head. */
const STRING_BYTES = 6_000

/** strace and the calls that matter: what the database writes and syncs, and what sockets are sent. */
export const SYNC_TRACE: readonly string[] = [
  'strace',
  '-f',
  '-qq',
  '-s',
  String(STRING_BYTES),
  '-e',
  'trace=fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg',
  '-e',
  'signal=none',
]

export function hasStrace(): boolean {
  return spawnSync('strace', ['-V']).status === 0
}

/** What the trace says of the answers. */
export type SyncOrder = {
  /** Syncs that succeeded. */
  syncs: number
  /** Answers whose first byte was sent before their hold was synced. */
  early: string[]
  /** Answers of which the trace shows no hold or no first byte: nothing is proved of them. */
  missing: string[]
}

// `1234 fsync(21)                        = 0`, or in two parts when another thread came between.
const CALL = /^(\d+) +(\w+)\((\d+)/
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>/
// In a page of the database the next column follows at once.
const GENERATION = /gen-\d{10}-[0-9A-Za-z]{20}/g

/**
 * Reads a trace in the order in which the kernel finished the calls. A hold is on its way when its id is first written
 * to the log of the database, and durable when a sync of that file, begun after that write, has returned 0.
 * @param ids the generations that were answered
 */
export function traceOf(file: string, ids: readonly string[]): SyncOrder {
  const wanted = new Set(ids)
  /** Ids by the descriptor that they were written to, waiting for a sync to begin. */
  const written = new Map<string, Set<string>>()
  /** Syncs in progress by thread: what they will make durable. */
  const syncing = new Map<string, Set<string>>()
  const durable = new Set<string>()
  const early: string[] = []
  const answered = new Set<string>()
  let syncs = 0
  const finishSync = (thread: string, line: string) => {
    const made = syncing.get(thread)
    syncing.delete(thread)
    if (!line.endsWith('= 0')) return
    syncs++
    for (const id of made ?? []) durable.add(id)
  }
  for (const line of readFileSync(file, 'latin1').split('\n')) {
    const resumed = RESUMED.exec(line)
    if (resumed) {
      const [, thread = '', name = ''] = resumed
      if (name === 'fsync' || name === 'fdatasync') finishSync(thread, line)
      continue
    }
    const [, thread = '', name = '', descriptor = ''] = CALL.exec(line) ?? []
    if (name === 'fsync' || name === 'fdatasync') {
      syncing.set(thread, written.get(descriptor) ?? new Set())
      written.delete(descriptor)
      if (!line.includes('<unfinished')) finishSync(thread, line)
    } else if (name === 'pwrite64') {
      const ids = written.get(descriptor) ?? new Set<string>()
      for (const [id] of line.matchAll(GENERATION)) ids.add(id)
      written.set(descriptor, ids)
    } else if (line.includes('HTTP/1.1 200') && line.includes('x-generation-id')) {
      for (const [id] of line.matchAll(GENERATION)) {
        if (!wanted.has(id) || answered.has(id)) continue
        answered.add(id)
        if (!durable.has(id)) early.push(id)
      }
    }
  }
  const missing = ids.filter((id) => !answered.has(id) || !(durable.has(id) || early.includes(id)))
  return { syncs, early, missing }
}
